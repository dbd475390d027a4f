// Written by `make docs` from docs/reference/openapi.json.

import type * as t from "./types.js";

/** Of each operation: what stands in its path and query, its body, and its answer. */
export interface Operations {
  /** See how people can sign in: `GET /v1/sign-in` */
  list_ways: { path: {  }; query: {  }; body: undefined; answer: t.Ways };
  /** Ask for a sign-in code by e-mail: `POST /v1/sign-in` */
  start_sign_in: { path: {  }; query: {  }; body: t.StartSignIn; answer: t.SignInStarted };
  /** Exchange the code for tokens: `POST /v1/sessions` */
  finish_sign_in: { path: {  }; query: {  }; body: t.FinishSignIn; answer: t.SessionTokens };
  /** Exchange the refresh token for new tokens: `POST /v1/sessions/refresh` */
  refresh_session: { path: {  }; query: {  }; body: t.RefreshSession; answer: t.SessionTokens };
  /** See what a signed link is for: `POST /v1/links` */
  get_link: { path: {  }; query: {  }; body: undefined; answer: t.ShownLink };
  /** Sign out: `DELETE /v1/sessions/current` */
  end_session: { path: {  }; query: {  }; body: undefined; answer: undefined };
  /** List where I am signed in: `GET /v1/me/sessions` */
  list_my_sessions: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MySessionsPage };
  /** Sign out everywhere: `DELETE /v1/me/sessions` */
  end_my_sessions: { path: {  }; query: { keep_current?: boolean }; body: undefined; answer: undefined };
  /** End one of my sessions: `DELETE /v1/me/sessions/{session_id}` */
  end_my_session: { path: { session_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** End all sessions of a person: `DELETE /v1/people/{person_id}/sessions` */
  end_sessions: { path: { person_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** List who operates the system: `GET /v1/operators` */
  list_operators: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.RoleHoldersPage };
  /** Make somebody an operator: `POST /v1/operators` */
  grant_operator: { path: {  }; query: {  }; body: t.GrantOperator; answer: t.RoleHolder };
  /** Take an operator's role back: `DELETE /v1/operators/{person_id}` */
  revoke_operator: { path: { person_id: string | number }; query: {  }; body: undefined; answer: t.RoleHolder };
  /** Who am I: `GET /v1/me` */
  get_me: { path: {  }; query: { include?: string }; body: undefined; answer: t.Me };
  /** Change my name or language: `PATCH /v1/me` */
  change_me: { path: {  }; query: {  }; body: t.ChangeMeBody | undefined; answer: t.Person };
  /** Ask for a sign-in code by SMS: `POST /v1/sign-in/phone` */
  start_phone_sign_in: { path: {  }; query: {  }; body: t.StartPhoneSignIn; answer: t.SignInStarted };
  /** Begin to sign in elsewhere: `POST /v1/sign-in/{way}` */
  start_at_way: { path: { way: string | number }; query: {  }; body: t.StartAtWayBody; answer: t.StartedAtWay };
  /** Exchange what the provider sent along for tokens: `POST /v1/sign-in/{way}/complete` */
  finish_at_way: { path: { way: string | number }; query: {  }; body: t.FinishAtWayBody; answer: t.SignedInAtWay };
  /** List by what I can sign in: `GET /v1/me/identities` */
  list_my_identities: { path: {  }; query: {  }; body: undefined; answer: t.Identities };
  /** Link my phone or address by its code: `POST /v1/me/identities` */
  link_by_code: { path: {  }; query: {  }; body: t.FinishSignIn; answer: t.Identities };
  /** Begin to link an account elsewhere: `POST /v1/me/identities/{way}` */
  start_linking: { path: { way: string | number }; query: {  }; body: t.StartAtWayBody; answer: t.StartedAtWay };
  /** Link the account elsewhere that the provider vouches for: `POST /v1/me/identities/{way}/complete` */
  finish_linking: { path: { way: string | number }; query: {  }; body: t.FinishAtWayBody; answer: t.LinkedAtWay };
  /** Unlink a way to sign in: `DELETE /v1/me/identities/{identity_id}` */
  unlink_identity: { path: { identity_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** See the change that waits for its codes: `GET /v1/me/email-change` */
  get_email_change: { path: {  }; query: {  }; body: undefined; answer: t.EmailChange };
  /** Ask for another mail address: `POST /v1/me/email-change` */
  start_email_change: { path: {  }; query: {  }; body: t.StartEmailChange; answer: t.EmailChange };
  /** Take the change of my mail address back: `DELETE /v1/me/email-change` */
  withdraw_email_change: { path: {  }; query: {  }; body: undefined; answer: undefined };
  /** Change my mail address by both codes: `POST /v1/me/email-change/confirm` */
  confirm_email_change: { path: {  }; query: {  }; body: t.ConfirmEmailChange; answer: t.Person };
  /** See how far my erasure is: `GET /v1/me/erasure` */
  get_my_erasure: { path: {  }; query: {  }; body: undefined; answer: t.Erasure };
  /** Ask to erase me: `POST /v1/me/erasure` */
  start_my_erasure: { path: {  }; query: {  }; body: undefined; answer: t.Erasure };
  /** Take my erasure back: `DELETE /v1/me/erasure` */
  withdraw_my_erasure: { path: {  }; query: {  }; body: undefined; answer: t.Erasure };
  /** See how far a person's erasure is: `GET /v1/people/{person_id}/erasure` */
  get_erasure: { path: { person_id: string | number }; query: {  }; body: undefined; answer: t.Erasure };
  /** Ask to erase a person: `POST /v1/people/{person_id}/erasure` */
  start_erasure: { path: { person_id: string | number }; query: {  }; body: undefined; answer: t.Erasure };
  /** Take a person's erasure back: `DELETE /v1/people/{person_id}/erasure` */
  withdraw_erasure: { path: { person_id: string | number }; query: {  }; body: undefined; answer: t.Erasure };
  /** Export what membership has of me: `GET /v1/me/export/membership` */
  export_my_membership_data: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what membership has of a person: `GET /v1/people/{person_id}/export/membership` */
  export_person_membership_data: { path: { person_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what payments has of me: `GET /v1/me/export/payments` */
  export_my_payments_data: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what payments has of a person: `GET /v1/people/{person_id}/export/payments` */
  export_person_payments_data: { path: { person_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what events has of me: `GET /v1/me/export/events` */
  export_my_events_data: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what events has of a person: `GET /v1/people/{person_id}/export/events` */
  export_person_events_data: { path: { person_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what notifications has of me: `GET /v1/me/export/notifications` */
  export_my_notifications_data: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** Export what notifications has of a person: `GET /v1/people/{person_id}/export/notifications` */
  export_person_notifications_data: { path: { person_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PersonalDataPage };
  /** List communities: `GET /v1/communities` */
  list_communities: { path: {  }; query: { slug?: string; cursor?: string; limit?: number }; body: undefined; answer: t.CommunitiesPage };
  /** Create a community: `POST /v1/communities` */
  create_community: { path: {  }; query: {  }; body: t.CreateCommunity; answer: t.Community };
  /** Read a community: `GET /v1/communities/{community_id}` */
  get_community: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.Community };
  /** Change a community: `PATCH /v1/communities/{community_id}` */
  change_community: { path: { community_id: string | number }; query: {  }; body: t.ChangeCommunityBody | undefined; answer: t.CommunityChange };
  /** Read the community with a short name: `GET /v1/communities/by-slug/{slug}` */
  get_community_by_slug: { path: { slug: string | number }; query: {  }; body: undefined; answer: t.Community };
  /** List where I belong, applied or work: `GET /v1/me/communities` */
  list_my_communities: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyCommunitiesPage };
  /** Say to which hosts the links of a community may lead: `PUT /v1/communities/{community_id}/link-hosts` */
  change_link_hosts: { path: { community_id: string | number }; query: {  }; body: t.ChangeLinkHostsBody; answer: t.Community };
  /** Read one version of the policy: `GET /v1/communities/{community_id}/policies/{policy_version}` */
  get_policy: { path: { community_id: string | number; policy_version: string | number }; query: {  }; body: undefined; answer: t.PolicyVersion };
  /** List who holds a role: `GET /v1/communities/{community_id}/roles` */
  list_roles: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.RoleHoldersPage };
  /** Give somebody a role: `POST /v1/communities/{community_id}/roles` */
  grant_role: { path: { community_id: string | number }; query: {  }; body: t.GrantRoleBody; answer: t.RoleGiven };
  /** Take a role back: `DELETE /v1/communities/{community_id}/roles/{person_id}/{role}` */
  revoke_role: { path: { community_id: string | number; person_id: string | number; role: string | number }; query: {  }; body: undefined; answer: t.RoleHolder };
  /** Publish a new version of the application form: `PUT /v1/communities/{community_id}/form` */
  change_form: { path: { community_id: string | number }; query: {  }; body: t.ChangeFormBody; answer: t.Community };
  /** Read one version of the application form: `GET /v1/communities/{community_id}/forms/{form_version}` */
  get_form: { path: { community_id: string | number; form_version: string | number }; query: {  }; body: undefined; answer: t.Form };
  /** List the API keys of a community: `GET /v1/communities/{community_id}/api-keys` */
  list_api_keys: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.ApiKeysPage };
  /** Make an API key of a community: `POST /v1/communities/{community_id}/api-keys` */
  create_api_key: { path: { community_id: string | number }; query: {  }; body: t.CreateApiKeyBody; answer: t.MadeApiKey };
  /** List the API keys that operate the system: `GET /v1/api-keys` */
  list_system_api_keys: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.SystemApiKeysPage };
  /** Make an API key that operates the system: `POST /v1/api-keys` */
  create_system_api_key: { path: {  }; query: {  }; body: t.CreateSystemApiKey; answer: t.MadeApiKey };
  /** Revoke an API key: `POST /v1/api-keys/{api_key_id}/revoke` */
  revoke_api_key: { path: { api_key_id: string | number }; query: {  }; body: undefined; answer: t.ApiKey };
  /** List the applications of a community: `GET /v1/communities/{community_id}/applications` */
  list_applications: { path: { community_id: string | number }; query: { state?: string; search?: string; source?: string; sort?: "submitted_at" | "-submitted_at" | "updated_at" | "-updated_at"; updated_after?: string; count?: boolean; cursor?: string; limit?: number }; body: undefined; answer: t.ApplicationsPage };
  /** Apply to a community: `POST /v1/communities/{community_id}/applications` */
  create_application: { path: { community_id: string | number }; query: {  }; body: t.CreateApplicationBody | undefined; answer: t.Application };
  /** List my applications: `GET /v1/me/applications` */
  list_my_applications: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyApplicationsPage };
  /** Read an application: `GET /v1/applications/{application_id}` */
  get_application: { path: { application_id: string | number }; query: { include?: string; wait?: number }; body: undefined; answer: t.ShownApplication };
  /** Replace the answers: `PATCH /v1/applications/{application_id}` */
  change_application: { path: { application_id: string | number }; query: {  }; body: t.ChangeApplicationBody; answer: t.Application };
  /** Fetch a file among the answers: `GET /v1/applications/{application_id}/files/{upload_id}` */
  get_application_file: { path: { application_id: string | number; upload_id: string | number }; query: {  }; body: undefined; answer: Blob };
  /** Name another plan: `PUT /v1/applications/{application_id}/plan` */
  choose_application_plan: { path: { application_id: string | number }; query: {  }; body: t.ChooseApplicationPlanBody; answer: t.Application };
  /** Hand the application in: `POST /v1/applications/{application_id}/submit` */
  submit_application: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.Application };
  /** Withdraw the application: `POST /v1/applications/{application_id}/withdraw` */
  withdraw_application: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.Application };
  /** Take the application up for review: `POST /v1/applications/{application_id}/claim` */
  claim_application: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.Application };
  /** Approve: `POST /v1/applications/{application_id}/approve` */
  approve_application: { path: { application_id: string | number }; query: {  }; body: t.ApproveBody | undefined; answer: t.Application };
  /** Reject: `POST /v1/applications/{application_id}/reject` */
  reject_application: { path: { application_id: string | number }; query: {  }; body: t.RejectBody; answer: t.Application };
  /** Decide as an owner: `POST /v1/applications/{application_id}/decide` */
  decide_application: { path: { application_id: string | number }; query: {  }; body: t.DecideApplicationBody; answer: t.Application };
  /** Declare a conflict of interest: `POST /v1/applications/{application_id}/declare-conflict` */
  declare_conflict: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.Application };
  /** Take the decision back: `POST /v1/applications/{application_id}/undo-decision` */
  undo_decision: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.Application };
  /** Reopen after a lapse: `POST /v1/applications/{application_id}/reopen` */
  reopen_application: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.Application };
  /** Decide on many applications: `POST /v1/communities/{community_id}/applications/decisions` */
  decide_applications: { path: { community_id: string | number }; query: {  }; body: t.DecideApplicationsBody; answer: t.DecisionResults };
  /** Ask the applicant for more: `POST /v1/applications/{application_id}/request-info` */
  request_info: { path: { application_id: string | number }; query: {  }; body: t.AskForInfoBody | undefined; answer: t.Application };
  /** List the notes on an application: `GET /v1/applications/{application_id}/notes` */
  list_notes: { path: { application_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.NotesPage };
  /** Note something about an application: `POST /v1/applications/{application_id}/notes` */
  add_note: { path: { application_id: string | number }; query: {  }; body: t.AddNoteBody; answer: t.Note };
  /** Take a note back: `DELETE /v1/applications/{application_id}/notes/{note_id}` */
  remove_note: { path: { application_id: string | number; note_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** Read the reasons of a community: `GET /v1/communities/{community_id}/reasons` */
  get_reasons: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.Reasons };
  /** Replace the reasons of a community: `PUT /v1/communities/{community_id}/reasons` */
  change_reasons: { path: { community_id: string | number }; query: {  }; body: t.ChangeReasonsBody; answer: t.Reasons };
  /** Read the screening rules: `GET /v1/communities/{community_id}/screening` */
  get_screening: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.Screening };
  /** Replace the screening rules: `PUT /v1/communities/{community_id}/screening` */
  change_screening: { path: { community_id: string | number }; query: {  }; body: t.ChangeScreeningBody; answer: t.Screening };
  /** Try screening rules on the last applications: `POST /v1/communities/{community_id}/screening/try` */
  try_screening: { path: { community_id: string | number }; query: {  }; body: t.TryScreeningBody; answer: t.TriedScreening };
  /** List the block list: `GET /v1/communities/{community_id}/blocks` */
  list_blocks: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.BlocksPage };
  /** Put somebody on the block list: `POST /v1/communities/{community_id}/blocks` */
  create_block: { path: { community_id: string | number }; query: {  }; body: t.CreateBlockBody; answer: t.Block };
  /** Take an entry off the block list: `DELETE /v1/communities/{community_id}/blocks/{block_id}` */
  remove_block: { path: { community_id: string | number; block_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** Read the code by which members vouch for me: `GET /v1/applications/{application_id}/vouching-code` */
  get_vouching_code: { path: { application_id: string | number }; query: {  }; body: undefined; answer: t.VouchingCode };
  /** List for whom I vouch: `GET /v1/me/vouches` */
  list_my_vouches: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyVouchesPage };
  /** Vouch for an applicant: `POST /v1/me/vouches` */
  create_vouch: { path: {  }; query: {  }; body: t.CreateVouch; answer: t.MyVouch };
  /** Take back what I said for an applicant: `DELETE /v1/me/vouches/{application_id}` */
  take_back_vouch: { path: { application_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** See what became of those for whom somebody vouches: `GET /v1/communities/{community_id}/vouchers/{person_id}` */
  get_voucher_record: { path: { community_id: string | number; person_id: string | number }; query: {  }; body: undefined; answer: t.VoucherRecord };
  /** List the invitations of a community: `GET /v1/communities/{community_id}/invitations` */
  list_invitations: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.InvitationsPage };
  /** Make an invitation: `POST /v1/communities/{community_id}/invitations` */
  create_invitation: { path: { community_id: string | number }; query: {  }; body: t.CreateInvitationBody; answer: t.Invitation };
  /** Revoke an invitation: `POST /v1/communities/{community_id}/invitations/{invitation_id}/revoke` */
  revoke_invitation: { path: { community_id: string | number; invitation_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** See what an invitation is for: `POST /v1/invitations` */
  read_invitation: { path: {  }; query: {  }; body: t.ReadInvitation; answer: t.ShownInvitation };
  /** Read a membership: `GET /v1/memberships/{membership_id}` */
  get_membership: { path: { membership_id: string | number }; query: { wait?: number }; body: undefined; answer: t.ShownMembership };
  /** List my memberships: `GET /v1/me/memberships` */
  list_my_memberships: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyMembershipsPage };
  /** List the memberships of a community: `GET /v1/communities/{community_id}/memberships` */
  list_memberships: { path: { community_id: string | number }; query: { state?: string; search?: string; sort?: "number" | "-number" | "ends_on" | "-ends_on" | "updated_at" | "-updated_at"; updated_after?: string; ends_from?: string; ends_to?: string; count?: boolean; cursor?: string; limit?: number }; body: undefined; answer: t.MembershipsPage };
  /** Give a membership: `POST /v1/communities/{community_id}/memberships` */
  give_membership: { path: { community_id: string | number }; query: {  }; body: t.GiveMembershipBody; answer: t.Membership };
  /** Fetch the memberships of a community as a table: `GET /v1/communities/{community_id}/memberships.csv` */
  export_memberships: { path: { community_id: string | number }; query: { state?: string }; body: undefined; answer: Blob };
  /** Read where I stand in a community: `GET /v1/communities/{community_id}/me` */
  get_my_place: { path: { community_id: string | number }; query: { include?: string }; body: undefined; answer: t.Place };
  /** Read why I can or cannot join: `GET /v1/communities/{community_id}/me/joining` */
  get_my_joining: { path: { community_id: string | number }; query: { plan_id?: string }; body: undefined; answer: t.Joining };
  /** Read how far a join or renewal has come: `GET /v1/joins/{join_id}` */
  get_join: { path: { join_id: string | number }; query: {  }; body: undefined; answer: t.Join };
  /** Change what the community keeps of a member: `PATCH /v1/memberships/{membership_id}/profile` */
  change_profile: { path: { membership_id: string | number }; query: {  }; body: t.ChangeProfileBody | undefined; answer: t.Membership };
  /** Open the purchase of the next term: `POST /v1/memberships/{membership_id}/renew` */
  start_renewal: { path: { membership_id: string | number }; query: {  }; body: t.StartRenewalBody | undefined; answer: t.Membership };
  /** Cancel my membership at the end of its term: `POST /v1/memberships/{membership_id}/cancel` */
  cancel_membership: { path: { membership_id: string | number }; query: {  }; body: undefined; answer: t.Membership };
  /** Take my cancellation back: `POST /v1/memberships/{membership_id}/keep` */
  keep_membership: { path: { membership_id: string | number }; query: {  }; body: undefined; answer: t.Membership };
  /** Pause a membership: `POST /v1/memberships/{membership_id}/pause` */
  pause_membership: { path: { membership_id: string | number }; query: {  }; body: undefined; answer: t.Membership };
  /** Resume a paused membership: `POST /v1/memberships/{membership_id}/resume` */
  resume_membership: { path: { membership_id: string | number }; query: {  }; body: undefined; answer: t.Membership };
  /** Suspend a member: `POST /v1/memberships/{membership_id}/suspend` */
  suspend_membership: { path: { membership_id: string | number }; query: {  }; body: t.SuspendMembershipBody; answer: t.Membership };
  /** Lift a suspension: `POST /v1/memberships/{membership_id}/lift-suspension` */
  lift_suspension: { path: { membership_id: string | number }; query: {  }; body: undefined; answer: t.Membership };
  /** End a membership: `POST /v1/memberships/{membership_id}/end` */
  end_membership: { path: { membership_id: string | number }; query: {  }; body: t.EndMembershipBody; answer: t.Membership };
  /** Give a term: `POST /v1/memberships/{membership_id}/give-term` */
  give_term: { path: { membership_id: string | number }; query: {  }; body: t.GiveTermBody; answer: t.Membership };
  /** Count memberships and applications by state: `GET /v1/communities/{community_id}/membership-counts` */
  get_membership_counts: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.MembershipCounts };
  /** Import existing members from a CSV file: `POST /v1/communities/{community_id}/imports` */
  create_import: { path: { community_id: string | number }; query: { dry_run?: boolean }; body: string | Blob | Uint8Array; answer: t.Import };
  /** Import existing members from an uploaded file: `POST /v1/uploads/{upload_id}/import` */
  import_upload: { path: { upload_id: string | number }; query: {  }; body: t.ImportUploadBody | undefined; answer: t.Import };
  /** Read how far an import is: `GET /v1/imports/{import_id}` */
  get_import: { path: { import_id: string | number }; query: { wait?: number }; body: undefined; answer: t.Import };
  /** List what became of each row: `GET /v1/imports/{import_id}/rows` */
  list_import_rows: { path: { import_id: string | number }; query: { result?: t.RowResult; cursor?: string; limit?: number }; body: undefined; answer: t.ImportRowsPage };
  /** Fetch what became of each row as a table: `GET /v1/imports/{import_id}/rows.csv` */
  export_import_rows: { path: { import_id: string | number }; query: { result?: t.RowResult }; body: undefined; answer: Blob };
  /** Start to send a file: `POST /v1/uploads` */
  create_upload: { path: {  }; query: {  }; body: t.CreateUpload; answer: t.UploadedFile };
  /** Send the next part of a file: `PUT /v1/uploads/{upload_id}/parts/{part}` */
  add_upload_part: { path: { upload_id: string | number; part: string | number }; query: {  }; body: string | Blob | Uint8Array; answer: t.UploadedFile };
  /** Read how much of a file is here: `GET /v1/uploads/{upload_id}` */
  get_upload: { path: { upload_id: string | number }; query: {  }; body: undefined; answer: t.UploadedFile };
  /** Remove a file: `DELETE /v1/uploads/{upload_id}` */
  remove_upload: { path: { upload_id: string | number }; query: {  }; body: undefined; answer: undefined };
  /** Fetch a file: `GET /v1/uploads/{upload_id}/content` */
  get_upload_content: { path: { upload_id: string | number }; query: {  }; body: undefined; answer: Blob };
  /** List my files: `GET /v1/me/uploads` */
  list_my_uploads: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyUploadsPage };
  /** List a community's meetups by start: `GET /v1/communities/{community_id}/meetups` */
  list_meetups: { path: { community_id: string | number }; query: { state?: string; sort?: "starts_at" | "-starts_at"; starts_from?: string; starts_before?: string; cursor?: string; limit?: number }; body: undefined; answer: t.MeetupsPage };
  /** Draft a meetup: `POST /v1/communities/{community_id}/meetups` */
  create_meetup: { path: { community_id: string | number }; query: {  }; body: t.CreateMeetupBody; answer: t.Meetup };
  /** Count a community's meetups by state: `GET /v1/communities/{community_id}/meetups/counts` */
  count_meetups: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.MeetupCounts };
  /** Read a meetup: `GET /v1/meetups/{meetup_id}` */
  get_meetup: { path: { meetup_id: string | number }; query: {  }; body: undefined; answer: t.ShownMeetup };
  /** Change a meetup, or see what that would do: `PATCH /v1/meetups/{meetup_id}` */
  change_meetup: { path: { meetup_id: string | number }; query: {  }; body: t.ChangeMeetupBody | undefined; answer: t.ChangedMeetup };
  /** Open registration: `POST /v1/meetups/{meetup_id}/publish` */
  publish_meetup: { path: { meetup_id: string | number }; query: {  }; body: undefined; answer: t.Meetup };
  /** Close registration: `POST /v1/meetups/{meetup_id}/close-registration` */
  close_registration: { path: { meetup_id: string | number }; query: {  }; body: undefined; answer: t.Meetup };
  /** Call a meetup off: `POST /v1/meetups/{meetup_id}/cancel` */
  cancel_meetup: { path: { meetup_id: string | number }; query: {  }; body: t.CancelMeetupBody; answer: t.Meetup };
  /** Give seats to people; all other applicants wait in order: `POST /v1/meetups/{meetup_id}/selections` */
  select_registrations: { path: { meetup_id: string | number }; query: {  }; body: t.SelectRegistrationsBody; answer: t.Selection };
  /** List a meetup's registrations in order of application: `GET /v1/meetups/{meetup_id}/registrations` */
  list_registrations: { path: { meetup_id: string | number }; query: { state?: string; search?: string; sort?: "applied_at" | "-applied_at" | "updated_at" | "-updated_at"; updated_after?: string; count?: boolean; cursor?: string; limit?: number }; body: undefined; answer: t.RegistrationsPage };
  /** Apply for a seat: `POST /v1/meetups/{meetup_id}/registrations` */
  register: { path: { meetup_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Count a meetup's registrations by state: `GET /v1/meetups/{meetup_id}/registrations/counts` */
  count_registrations: { path: { meetup_id: string | number }; query: {  }; body: undefined; answer: t.RegistrationCounts };
  /** List my registrations: `GET /v1/me/registrations` */
  list_my_registrations: { path: {  }; query: { include?: string; cursor?: string; limit?: number }; body: undefined; answer: t.MyRegistrationsPage };
  /** Read a registration: `GET /v1/registrations/{registration_id}` */
  get_registration: { path: { registration_id: string | number }; query: { include?: string; wait?: number }; body: undefined; answer: t.ShownRegistration };
  /** Take the kept seat: `POST /v1/registrations/{registration_id}/confirm` */
  confirm_registration: { path: { registration_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Leave the kept seat to others: `POST /v1/registrations/{registration_id}/decline` */
  decline_registration: { path: { registration_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Withdraw: `POST /v1/registrations/{registration_id}/withdraw` */
  withdraw_registration: { path: { registration_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Note that a person is there: `POST /v1/registrations/{registration_id}/check-in` */
  check_in: { path: { registration_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Take a check-in back: `POST /v1/registrations/{registration_id}/undo-check-in` */
  undo_check_in: { path: { registration_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Take the offered seat: `POST /v1/offers/{offer_id}/accept` */
  accept_offer: { path: { offer_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** Leave the offered seat to others: `POST /v1/offers/{offer_id}/decline` */
  decline_offer: { path: { offer_id: string | number }; query: {  }; body: undefined; answer: t.Registration };
  /** List the plans of a community: `GET /v1/communities/{community_id}/plans` */
  list_plans: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.PlansPage };
  /** Create a plan: `POST /v1/communities/{community_id}/plans` */
  create_plan: { path: { community_id: string | number }; query: {  }; body: t.CreatePlanBody; answer: t.Plan };
  /** Read a plan: `GET /v1/plans/{plan_id}` */
  get_plan: { path: { plan_id: string | number }; query: {  }; body: undefined; answer: t.ShownPlan };
  /** Change a plan, or try a change: `PATCH /v1/plans/{plan_id}` */
  change_plan: { path: { plan_id: string | number }; query: {  }; body: t.ChangePlanBody | undefined; answer: t.ChangedPlan };
  /** Put a plan on sale: `POST /v1/plans/{plan_id}/put-on-sale` */
  put_plan_on_sale: { path: { plan_id: string | number }; query: {  }; body: undefined; answer: t.Plan };
  /** Pause a plan: `POST /v1/plans/{plan_id}/pause` */
  pause_plan: { path: { plan_id: string | number }; query: {  }; body: undefined; answer: t.Plan };
  /** Close a plan for good: `POST /v1/plans/{plan_id}/close` */
  close_plan: { path: { plan_id: string | number }; query: {  }; body: undefined; answer: t.Plan };
  /** What a plan costs now, and why: `GET /v1/plans/{plan_id}/price` */
  get_price: { path: { plan_id: string | number }; query: {  }; body: undefined; answer: t.PublicPrice };
  /** List the accounts with payment providers: `GET /v1/communities/{community_id}/provider-accounts` */
  list_provider_accounts: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.ProviderAccounts };
  /** Read the account with a payment provider: `GET /v1/communities/{community_id}/provider-accounts/{provider}` */
  get_provider_account: { path: { community_id: string | number; provider: string | number }; query: {  }; body: undefined; answer: t.ProviderAccount };
  /** Name the account with a payment provider: `PUT /v1/communities/{community_id}/provider-accounts/{provider}` */
  set_provider_account: { path: { community_id: string | number; provider: string | number }; query: {  }; body: t.SetProviderAccountBody | undefined; answer: t.ProviderAccount };
  /** List coupons and their uses: `GET /v1/communities/{community_id}/coupons` */
  list_coupons: { path: { community_id: string | number }; query: { state?: t.CouponState; sort?: "created_at" | "-created_at"; cursor?: string; limit?: number }; body: undefined; answer: t.CouponsPage };
  /** Create a coupon: `POST /v1/communities/{community_id}/coupons` */
  create_coupon: { path: { community_id: string | number }; query: {  }; body: t.CreateCouponBody; answer: t.Coupon };
  /** Count a community's coupons by state: `GET /v1/communities/{community_id}/coupons/counts` */
  count_coupons: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.CouponCounts };
  /** Read a coupon and its uses: `GET /v1/coupons/{coupon_id}` */
  get_coupon: { path: { coupon_id: string | number }; query: {  }; body: undefined; answer: t.ShownCoupon };
  /** Change a coupon, or try a change: `PATCH /v1/coupons/{coupon_id}` */
  change_coupon: { path: { coupon_id: string | number }; query: {  }; body: t.ChangeCouponBody | undefined; answer: t.ChangedCoupon };
  /** Pause a coupon: `POST /v1/coupons/{coupon_id}/pause` */
  pause_coupon: { path: { coupon_id: string | number }; query: {  }; body: undefined; answer: t.Coupon };
  /** Give a coupon again: `POST /v1/coupons/{coupon_id}/resume` */
  resume_coupon: { path: { coupon_id: string | number }; query: {  }; body: undefined; answer: t.Coupon };
  /** End a coupon for good: `POST /v1/coupons/{coupon_id}/end` */
  end_coupon: { path: { coupon_id: string | number }; query: {  }; body: undefined; answer: t.Coupon };
  /** List what I can pay or have paid: `GET /v1/me/purchases` */
  list_my_purchases: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyPurchasesPage };
  /** Read a purchase: `GET /v1/purchases/{purchase_id}` */
  get_purchase: { path: { purchase_id: string | number }; query: { wait?: number }; body: undefined; answer: t.ShownPurchase };
  /** Name another plan to pay for: `PUT /v1/purchases/{purchase_id}/plan` */
  choose_purchase_plan: { path: { purchase_id: string | number }; query: {  }; body: t.ChoosePurchasePlanBody; answer: t.Purchase };
  /** Get a price and hold the place: `POST /v1/purchases/{purchase_id}/quotes` */
  create_quote: { path: { purchase_id: string | number }; query: {  }; body: t.CreateQuoteBody | undefined; answer: t.Quote };
  /** Read a quote: `GET /v1/quotes/{quote_id}` */
  get_quote: { path: { quote_id: string | number }; query: {  }; body: undefined; answer: t.Quote };
  /** Accept a quote: `POST /v1/quotes/{quote_id}/order` */
  create_order: { path: { quote_id: string | number }; query: {  }; body: undefined; answer: t.Order };
  /** Order at the price you saw: `POST /v1/purchases/{purchase_id}/orders` */
  order_purchase: { path: { purchase_id: string | number }; query: {  }; body: t.OrderPurchaseBody; answer: t.Order };
  /** Read an order: `GET /v1/orders/{order_id}` */
  get_order: { path: { order_id: string | number }; query: { wait?: number }; body: undefined; answer: t.ShownOrder };
  /** List my orders: `GET /v1/me/orders` */
  list_my_orders: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyOrdersPage };
  /** List the orders of a community: `GET /v1/communities/{community_id}/orders` */
  list_orders: { path: { community_id: string | number }; query: { state?: string; search?: string; sort?: "created_at" | "-created_at" | "paid_at" | "-paid_at" | "updated_at" | "-updated_at"; updated_after?: string; paid_from?: string; paid_before?: string; count?: boolean; cursor?: string; limit?: number }; body: undefined; answer: t.OrdersPage };
  /** Count a community's orders by state: `GET /v1/communities/{community_id}/orders/counts` */
  count_orders: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.OrderCounts };
  /** Give up an unpaid order: `POST /v1/orders/{order_id}/cancel` */
  cancel_order: { path: { order_id: string | number }; query: {  }; body: undefined; answer: t.Order };
  /** Open an attempt to pay: `POST /v1/orders/{order_id}/payments` */
  open_payment: { path: { order_id: string | number }; query: {  }; body: t.OpenPaymentBody; answer: t.Payment };
  /** What giving up now brings back: `GET /v1/orders/{order_id}/refund-preview` */
  get_refund_preview: { path: { order_id: string | number }; query: {  }; body: undefined; answer: t.RefundPreview };
  /** Refund an order: `POST /v1/orders/{order_id}/refunds` */
  refund_order: { path: { order_id: string | number }; query: {  }; body: t.RefundOrderBody; answer: t.Refund };
  /** Ask for a refund: `POST /v1/orders/{order_id}/refund-requests` */
  ask_refund: { path: { order_id: string | number }; query: {  }; body: t.AskRefundBody | undefined; answer: t.RefundRequest };
  /** List the refunds that I asked for: `GET /v1/me/refund-requests` */
  list_my_refund_requests: { path: {  }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.MyRefundRequestsPage };
  /** List requests for refunds: `GET /v1/communities/{community_id}/refund-requests` */
  list_refund_requests: { path: { community_id: string | number }; query: { state?: t.RefundRequestState; sort?: "created_at" | "-created_at"; cursor?: string; limit?: number }; body: undefined; answer: t.RefundRequestsPage };
  /** Count requests for refunds by state: `GET /v1/communities/{community_id}/refund-requests/counts` */
  count_refund_requests: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.RefundRequestCounts };
  /** Read a request for a refund: `GET /v1/refund-requests/{refund_request_id}` */
  get_refund_request: { path: { refund_request_id: string | number }; query: { wait?: number }; body: undefined; answer: t.ShownRefundRequest };
  /** Grant a refund: `POST /v1/refund-requests/{refund_request_id}/grant` */
  grant_refund_request: { path: { refund_request_id: string | number }; query: {  }; body: t.GrantRefundRequestBody | undefined; answer: t.RefundRequest };
  /** Decline a refund: `POST /v1/refund-requests/{refund_request_id}/decline` */
  decline_refund_request: { path: { refund_request_id: string | number }; query: {  }; body: t.DeclineRefundRequestBody; answer: t.RefundRequest };
  /** Take a request for a refund back: `POST /v1/refund-requests/{refund_request_id}/withdraw` */
  withdraw_refund_request: { path: { refund_request_id: string | number }; query: {  }; body: undefined; answer: t.RefundRequest };
  /** List transfers: `GET /v1/communities/{community_id}/transfers` */
  list_transfers: { path: { community_id: string | number }; query: { state?: t.TransferState; sort?: "created_at" | "-created_at"; reference?: string; cursor?: string; limit?: number }; body: undefined; answer: t.TransfersPage };
  /** Count a community's transfers by state: `GET /v1/communities/{community_id}/transfers/counts` */
  count_transfers: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.TransferCounts };
  /** Confirm what came: `POST /v1/payments/{payment_id}/confirm-transfer` */
  confirm_transfer: { path: { payment_id: string | number }; query: {  }; body: t.ConfirmTransferBody; answer: t.Transfer };
  /** List refunds to transfer: `GET /v1/communities/{community_id}/due-refunds` */
  list_due_refunds: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.DueRefundsPage };
  /** Confirm a refund that was transferred: `POST /v1/refunds/{refund_id}/confirm-transfer` */
  confirm_refund: { path: { refund_id: string | number }; query: {  }; body: undefined; answer: t.Refund };
  /** Read the balances of the ledger: `GET /v1/communities/{community_id}/ledger` */
  get_ledger: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.LedgerSummary };
  /** Read what was sold: `GET /v1/communities/{community_id}/sales` */
  get_sales: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.SalesSummary };
  /** List my notifications: `GET /v1/me/notifications` */
  list_my_notifications: { path: {  }; query: { unread?: boolean; cursor?: string; limit?: number }; body: undefined; answer: t.MyNotificationsPage };
  /** Mark a notification as read (the first time counts): `POST /v1/notifications/{notification_id}/read` */
  mark_notification_read: { path: { notification_id: string | number }; query: {  }; body: undefined; answer: t.Notification };
  /** Mark my notifications up to one as read: `POST /v1/me/notifications/read` */
  read_my_notifications: { path: {  }; query: {  }; body: t.ReadMyNotifications; answer: t.UnreadNotifications };
  /** Count what was delivered: `GET /v1/communities/{community_id}/deliveries` */
  get_delivery_summary: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.DeliverySummary };
  /** Look up what was answered to a request: `GET /v1/requests/{request_id}` */
  get_request: { path: { request_id: string | number }; query: {  }; body: undefined; answer: t.RequestLog };
  /** Read who changed a community, and when: `GET /v1/communities/{community_id}/history` */
  get_community_history: { path: { community_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a person's roles, and when: `GET /v1/communities/{community_id}/roles/{person_id}/history` */
  get_role_history: { path: { community_id: string | number; person_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed an application, and when: `GET /v1/applications/{application_id}/history` */
  get_application_history: { path: { application_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a membership, and when: `GET /v1/memberships/{membership_id}/history` */
  get_membership_history: { path: { membership_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a meetup, and when: `GET /v1/meetups/{meetup_id}/history` */
  get_meetup_history: { path: { meetup_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a registration, and when: `GET /v1/registrations/{registration_id}/history` */
  get_registration_history: { path: { registration_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a plan, and when: `GET /v1/plans/{plan_id}/history` */
  get_plan_history: { path: { plan_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a coupon, and when: `GET /v1/communities/{community_id}/coupons/{coupon_id}/history` */
  get_coupon_history: { path: { community_id: string | number; coupon_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed an order, and when: `GET /v1/orders/{order_id}/history` */
  get_order_history: { path: { order_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** Read who changed a request for a refund, and when: `GET /v1/refund-requests/{refund_request_id}/history` */
  get_refund_request_history: { path: { refund_request_id: string | number }; query: { cursor?: string; limit?: number }; body: undefined; answer: t.HistoryPage };
  /** List who waits for a decision: `GET /v1/communities/{community_id}/review-queue` */
  list_review_queue: { path: { community_id: string | number }; query: { state?: string; search?: string; overdue?: boolean; sort?: "decide_by" | "-decide_by"; cursor?: string; limit?: number }; body: undefined; answer: t.ReviewQueuePage };
  /** Read how a community stands: `GET /v1/communities/{community_id}/dashboard` */
  get_dashboard: { path: { community_id: string | number }; query: { since?: string; until?: string }; body: undefined; answer: t.Dashboard };
  /** Read what became of applications and memberships, by period: `GET /v1/communities/{community_id}/membership-report` */
  get_membership_report: { path: { community_id: string | number }; query: { since?: string; until?: string; by?: t.ReportPeriod }; body: undefined; answer: t.MembershipReport };
  /** Fetch a part of this report as a table: `GET /v1/communities/{community_id}/membership-report.csv` */
  export_membership_report: { path: { community_id: string | number }; query: { part?: t.ReportPart; since?: string; until?: string; by?: t.ReportPeriod }; body: undefined; answer: Blob };
  /** Read what a community earned by month, and its latest orders: `GET /v1/communities/{community_id}/revenue` */
  get_revenue: { path: { community_id: string | number }; query: { since?: string; until?: string }; body: undefined; answer: t.Revenue };
  /** List who has a seat, for the door: `GET /v1/meetups/{meetup_id}/guests` */
  list_guests: { path: { meetup_id: string | number }; query: { search?: string; cursor?: string; limit?: number }; body: undefined; answer: t.GuestsPage };
  /** Read what a community offers: form, plans, prices now: `GET /v1/communities/{community_id}/offer` */
  get_offer: { path: { community_id: string | number }; query: {  }; body: undefined; answer: t.PaymentsOffer };
}

type Row = readonly [method: string, path: string, traits: string, bodyType: string];
/** Traits: `key` takes an Idempotency-Key, `list` has pages, `seen` an ETag, `new` makes by PUT. */
export const OPERATIONS: { readonly [name in keyof Operations]: Row } = {
  list_ways: ["GET", "/v1/sign-in", "seen", ""],
  start_sign_in: ["POST", "/v1/sign-in", "", "application/json"],
  finish_sign_in: ["POST", "/v1/sessions", "", "application/json"],
  refresh_session: ["POST", "/v1/sessions/refresh", "", "application/json"],
  get_link: ["POST", "/v1/links", "", ""],
  end_session: ["DELETE", "/v1/sessions/current", "", ""],
  list_my_sessions: ["GET", "/v1/me/sessions", "list", ""],
  end_my_sessions: ["DELETE", "/v1/me/sessions", "", ""],
  end_my_session: ["DELETE", "/v1/me/sessions/{session_id}", "", ""],
  end_sessions: ["DELETE", "/v1/people/{person_id}/sessions", "", ""],
  list_operators: ["GET", "/v1/operators", "list", ""],
  grant_operator: ["POST", "/v1/operators", "key", "application/json"],
  revoke_operator: ["DELETE", "/v1/operators/{person_id}", "", ""],
  get_me: ["GET", "/v1/me", "seen", ""],
  change_me: ["PATCH", "/v1/me", "seen", "application/json"],
  start_phone_sign_in: ["POST", "/v1/sign-in/phone", "", "application/json"],
  start_at_way: ["POST", "/v1/sign-in/{way}", "", "application/json"],
  finish_at_way: ["POST", "/v1/sign-in/{way}/complete", "", "application/json"],
  list_my_identities: ["GET", "/v1/me/identities", "", ""],
  link_by_code: ["POST", "/v1/me/identities", "", "application/json"],
  start_linking: ["POST", "/v1/me/identities/{way}", "", "application/json"],
  finish_linking: ["POST", "/v1/me/identities/{way}/complete", "", "application/json"],
  unlink_identity: ["DELETE", "/v1/me/identities/{identity_id}", "", ""],
  get_email_change: ["GET", "/v1/me/email-change", "", ""],
  start_email_change: ["POST", "/v1/me/email-change", "key", "application/json"],
  withdraw_email_change: ["DELETE", "/v1/me/email-change", "", ""],
  confirm_email_change: ["POST", "/v1/me/email-change/confirm", "key", "application/json"],
  get_my_erasure: ["GET", "/v1/me/erasure", "", ""],
  start_my_erasure: ["POST", "/v1/me/erasure", "key", ""],
  withdraw_my_erasure: ["DELETE", "/v1/me/erasure", "", ""],
  get_erasure: ["GET", "/v1/people/{person_id}/erasure", "", ""],
  start_erasure: ["POST", "/v1/people/{person_id}/erasure", "key", ""],
  withdraw_erasure: ["DELETE", "/v1/people/{person_id}/erasure", "", ""],
  export_my_membership_data: ["GET", "/v1/me/export/membership", "list", ""],
  export_person_membership_data: ["GET", "/v1/people/{person_id}/export/membership", "list", ""],
  export_my_payments_data: ["GET", "/v1/me/export/payments", "list", ""],
  export_person_payments_data: ["GET", "/v1/people/{person_id}/export/payments", "list", ""],
  export_my_events_data: ["GET", "/v1/me/export/events", "list", ""],
  export_person_events_data: ["GET", "/v1/people/{person_id}/export/events", "list", ""],
  export_my_notifications_data: ["GET", "/v1/me/export/notifications", "list", ""],
  export_person_notifications_data: ["GET", "/v1/people/{person_id}/export/notifications", "list", ""],
  list_communities: ["GET", "/v1/communities", "list seen", ""],
  create_community: ["POST", "/v1/communities", "key", "application/json"],
  get_community: ["GET", "/v1/communities/{community_id}", "seen", ""],
  change_community: ["PATCH", "/v1/communities/{community_id}", "seen", "application/json"],
  get_community_by_slug: ["GET", "/v1/communities/by-slug/{slug}", "seen", ""],
  list_my_communities: ["GET", "/v1/me/communities", "list seen", ""],
  change_link_hosts: ["PUT", "/v1/communities/{community_id}/link-hosts", "seen", "application/json"],
  get_policy: ["GET", "/v1/communities/{community_id}/policies/{policy_version}", "seen", ""],
  list_roles: ["GET", "/v1/communities/{community_id}/roles", "list", ""],
  grant_role: ["POST", "/v1/communities/{community_id}/roles", "key", "application/json"],
  revoke_role: ["DELETE", "/v1/communities/{community_id}/roles/{person_id}/{role}", "", ""],
  change_form: ["PUT", "/v1/communities/{community_id}/form", "seen", "application/json"],
  get_form: ["GET", "/v1/communities/{community_id}/forms/{form_version}", "seen", ""],
  list_api_keys: ["GET", "/v1/communities/{community_id}/api-keys", "list", ""],
  create_api_key: ["POST", "/v1/communities/{community_id}/api-keys", "", "application/json"],
  list_system_api_keys: ["GET", "/v1/api-keys", "list", ""],
  create_system_api_key: ["POST", "/v1/api-keys", "", "application/json"],
  revoke_api_key: ["POST", "/v1/api-keys/{api_key_id}/revoke", "key", ""],
  list_applications: ["GET", "/v1/communities/{community_id}/applications", "list", ""],
  create_application: ["POST", "/v1/communities/{community_id}/applications", "key", "application/json"],
  list_my_applications: ["GET", "/v1/me/applications", "list", ""],
  get_application: ["GET", "/v1/applications/{application_id}", "seen", ""],
  change_application: ["PATCH", "/v1/applications/{application_id}", "seen", "application/json"],
  get_application_file: ["GET", "/v1/applications/{application_id}/files/{upload_id}", "", ""],
  choose_application_plan: ["PUT", "/v1/applications/{application_id}/plan", "seen", "application/json"],
  submit_application: ["POST", "/v1/applications/{application_id}/submit", "key", ""],
  withdraw_application: ["POST", "/v1/applications/{application_id}/withdraw", "key", ""],
  claim_application: ["POST", "/v1/applications/{application_id}/claim", "key", ""],
  approve_application: ["POST", "/v1/applications/{application_id}/approve", "key", "application/json"],
  reject_application: ["POST", "/v1/applications/{application_id}/reject", "key", "application/json"],
  decide_application: ["POST", "/v1/applications/{application_id}/decide", "key", "application/json"],
  declare_conflict: ["POST", "/v1/applications/{application_id}/declare-conflict", "key", ""],
  undo_decision: ["POST", "/v1/applications/{application_id}/undo-decision", "key", ""],
  reopen_application: ["POST", "/v1/applications/{application_id}/reopen", "key", ""],
  decide_applications: ["POST", "/v1/communities/{community_id}/applications/decisions", "key", "application/json"],
  request_info: ["POST", "/v1/applications/{application_id}/request-info", "key", "application/json"],
  list_notes: ["GET", "/v1/applications/{application_id}/notes", "list", ""],
  add_note: ["POST", "/v1/applications/{application_id}/notes", "key", "application/json"],
  remove_note: ["DELETE", "/v1/applications/{application_id}/notes/{note_id}", "", ""],
  get_reasons: ["GET", "/v1/communities/{community_id}/reasons", "seen", ""],
  change_reasons: ["PUT", "/v1/communities/{community_id}/reasons", "seen", "application/json"],
  get_screening: ["GET", "/v1/communities/{community_id}/screening", "seen", ""],
  change_screening: ["PUT", "/v1/communities/{community_id}/screening", "new seen", "application/json"],
  try_screening: ["POST", "/v1/communities/{community_id}/screening/try", "", "application/json"],
  list_blocks: ["GET", "/v1/communities/{community_id}/blocks", "list", ""],
  create_block: ["POST", "/v1/communities/{community_id}/blocks", "key", "application/json"],
  remove_block: ["DELETE", "/v1/communities/{community_id}/blocks/{block_id}", "", ""],
  get_vouching_code: ["GET", "/v1/applications/{application_id}/vouching-code", "", ""],
  list_my_vouches: ["GET", "/v1/me/vouches", "list", ""],
  create_vouch: ["POST", "/v1/me/vouches", "key", "application/json"],
  take_back_vouch: ["DELETE", "/v1/me/vouches/{application_id}", "", ""],
  get_voucher_record: ["GET", "/v1/communities/{community_id}/vouchers/{person_id}", "", ""],
  list_invitations: ["GET", "/v1/communities/{community_id}/invitations", "list", ""],
  create_invitation: ["POST", "/v1/communities/{community_id}/invitations", "key", "application/json"],
  revoke_invitation: ["POST", "/v1/communities/{community_id}/invitations/{invitation_id}/revoke", "key", ""],
  read_invitation: ["POST", "/v1/invitations", "", "application/json"],
  get_membership: ["GET", "/v1/memberships/{membership_id}", "seen", ""],
  list_my_memberships: ["GET", "/v1/me/memberships", "list", ""],
  list_memberships: ["GET", "/v1/communities/{community_id}/memberships", "list", ""],
  give_membership: ["POST", "/v1/communities/{community_id}/memberships", "key", "application/json"],
  export_memberships: ["GET", "/v1/communities/{community_id}/memberships.csv", "", ""],
  get_my_place: ["GET", "/v1/communities/{community_id}/me", "", ""],
  get_my_joining: ["GET", "/v1/communities/{community_id}/me/joining", "", ""],
  get_join: ["GET", "/v1/joins/{join_id}", "", ""],
  change_profile: ["PATCH", "/v1/memberships/{membership_id}/profile", "seen", "application/json"],
  start_renewal: ["POST", "/v1/memberships/{membership_id}/renew", "key", "application/json"],
  cancel_membership: ["POST", "/v1/memberships/{membership_id}/cancel", "key", ""],
  keep_membership: ["POST", "/v1/memberships/{membership_id}/keep", "key", ""],
  pause_membership: ["POST", "/v1/memberships/{membership_id}/pause", "key", ""],
  resume_membership: ["POST", "/v1/memberships/{membership_id}/resume", "key", ""],
  suspend_membership: ["POST", "/v1/memberships/{membership_id}/suspend", "key", "application/json"],
  lift_suspension: ["POST", "/v1/memberships/{membership_id}/lift-suspension", "key", ""],
  end_membership: ["POST", "/v1/memberships/{membership_id}/end", "key", "application/json"],
  give_term: ["POST", "/v1/memberships/{membership_id}/give-term", "key", "application/json"],
  get_membership_counts: ["GET", "/v1/communities/{community_id}/membership-counts", "", ""],
  create_import: ["POST", "/v1/communities/{community_id}/imports", "key", "text/csv"],
  import_upload: ["POST", "/v1/uploads/{upload_id}/import", "key", "application/json"],
  get_import: ["GET", "/v1/imports/{import_id}", "seen", ""],
  list_import_rows: ["GET", "/v1/imports/{import_id}/rows", "list", ""],
  export_import_rows: ["GET", "/v1/imports/{import_id}/rows.csv", "", ""],
  create_upload: ["POST", "/v1/uploads", "key", "application/json"],
  add_upload_part: ["PUT", "/v1/uploads/{upload_id}/parts/{part}", "", "application/octet-stream"],
  get_upload: ["GET", "/v1/uploads/{upload_id}", "", ""],
  remove_upload: ["DELETE", "/v1/uploads/{upload_id}", "", ""],
  get_upload_content: ["GET", "/v1/uploads/{upload_id}/content", "", ""],
  list_my_uploads: ["GET", "/v1/me/uploads", "list", ""],
  list_meetups: ["GET", "/v1/communities/{community_id}/meetups", "list", ""],
  create_meetup: ["POST", "/v1/communities/{community_id}/meetups", "key", "application/json"],
  count_meetups: ["GET", "/v1/communities/{community_id}/meetups/counts", "", ""],
  get_meetup: ["GET", "/v1/meetups/{meetup_id}", "", ""],
  change_meetup: ["PATCH", "/v1/meetups/{meetup_id}", "seen", "application/json"],
  publish_meetup: ["POST", "/v1/meetups/{meetup_id}/publish", "key", ""],
  close_registration: ["POST", "/v1/meetups/{meetup_id}/close-registration", "key", ""],
  cancel_meetup: ["POST", "/v1/meetups/{meetup_id}/cancel", "key", "application/json"],
  select_registrations: ["POST", "/v1/meetups/{meetup_id}/selections", "key", "application/json"],
  list_registrations: ["GET", "/v1/meetups/{meetup_id}/registrations", "list", ""],
  register: ["POST", "/v1/meetups/{meetup_id}/registrations", "key", ""],
  count_registrations: ["GET", "/v1/meetups/{meetup_id}/registrations/counts", "", ""],
  list_my_registrations: ["GET", "/v1/me/registrations", "list", ""],
  get_registration: ["GET", "/v1/registrations/{registration_id}", "seen", ""],
  confirm_registration: ["POST", "/v1/registrations/{registration_id}/confirm", "key", ""],
  decline_registration: ["POST", "/v1/registrations/{registration_id}/decline", "key", ""],
  withdraw_registration: ["POST", "/v1/registrations/{registration_id}/withdraw", "key", ""],
  check_in: ["POST", "/v1/registrations/{registration_id}/check-in", "key", ""],
  undo_check_in: ["POST", "/v1/registrations/{registration_id}/undo-check-in", "key", ""],
  accept_offer: ["POST", "/v1/offers/{offer_id}/accept", "key", ""],
  decline_offer: ["POST", "/v1/offers/{offer_id}/decline", "key", ""],
  list_plans: ["GET", "/v1/communities/{community_id}/plans", "list seen", ""],
  create_plan: ["POST", "/v1/communities/{community_id}/plans", "key", "application/json"],
  get_plan: ["GET", "/v1/plans/{plan_id}", "seen", ""],
  change_plan: ["PATCH", "/v1/plans/{plan_id}", "seen", "application/json"],
  put_plan_on_sale: ["POST", "/v1/plans/{plan_id}/put-on-sale", "key", ""],
  pause_plan: ["POST", "/v1/plans/{plan_id}/pause", "key", ""],
  close_plan: ["POST", "/v1/plans/{plan_id}/close", "key", ""],
  get_price: ["GET", "/v1/plans/{plan_id}/price", "", ""],
  list_provider_accounts: ["GET", "/v1/communities/{community_id}/provider-accounts", "", ""],
  get_provider_account: ["GET", "/v1/communities/{community_id}/provider-accounts/{provider}", "seen", ""],
  set_provider_account: ["PUT", "/v1/communities/{community_id}/provider-accounts/{provider}", "new seen", "application/json"],
  list_coupons: ["GET", "/v1/communities/{community_id}/coupons", "list", ""],
  create_coupon: ["POST", "/v1/communities/{community_id}/coupons", "key", "application/json"],
  count_coupons: ["GET", "/v1/communities/{community_id}/coupons/counts", "", ""],
  get_coupon: ["GET", "/v1/coupons/{coupon_id}", "", ""],
  change_coupon: ["PATCH", "/v1/coupons/{coupon_id}", "seen", "application/json"],
  pause_coupon: ["POST", "/v1/coupons/{coupon_id}/pause", "key", ""],
  resume_coupon: ["POST", "/v1/coupons/{coupon_id}/resume", "key", ""],
  end_coupon: ["POST", "/v1/coupons/{coupon_id}/end", "key", ""],
  list_my_purchases: ["GET", "/v1/me/purchases", "list", ""],
  get_purchase: ["GET", "/v1/purchases/{purchase_id}", "seen", ""],
  choose_purchase_plan: ["PUT", "/v1/purchases/{purchase_id}/plan", "seen", "application/json"],
  create_quote: ["POST", "/v1/purchases/{purchase_id}/quotes", "key", "application/json"],
  get_quote: ["GET", "/v1/quotes/{quote_id}", "", ""],
  create_order: ["POST", "/v1/quotes/{quote_id}/order", "key", ""],
  order_purchase: ["POST", "/v1/purchases/{purchase_id}/orders", "key", "application/json"],
  get_order: ["GET", "/v1/orders/{order_id}", "seen", ""],
  list_my_orders: ["GET", "/v1/me/orders", "list", ""],
  list_orders: ["GET", "/v1/communities/{community_id}/orders", "list", ""],
  count_orders: ["GET", "/v1/communities/{community_id}/orders/counts", "", ""],
  cancel_order: ["POST", "/v1/orders/{order_id}/cancel", "key", ""],
  open_payment: ["POST", "/v1/orders/{order_id}/payments", "key", "application/json"],
  get_refund_preview: ["GET", "/v1/orders/{order_id}/refund-preview", "", ""],
  refund_order: ["POST", "/v1/orders/{order_id}/refunds", "key", "application/json"],
  ask_refund: ["POST", "/v1/orders/{order_id}/refund-requests", "key", "application/json"],
  list_my_refund_requests: ["GET", "/v1/me/refund-requests", "list", ""],
  list_refund_requests: ["GET", "/v1/communities/{community_id}/refund-requests", "list", ""],
  count_refund_requests: ["GET", "/v1/communities/{community_id}/refund-requests/counts", "", ""],
  get_refund_request: ["GET", "/v1/refund-requests/{refund_request_id}", "seen", ""],
  grant_refund_request: ["POST", "/v1/refund-requests/{refund_request_id}/grant", "key", "application/json"],
  decline_refund_request: ["POST", "/v1/refund-requests/{refund_request_id}/decline", "key", "application/json"],
  withdraw_refund_request: ["POST", "/v1/refund-requests/{refund_request_id}/withdraw", "key", ""],
  list_transfers: ["GET", "/v1/communities/{community_id}/transfers", "list", ""],
  count_transfers: ["GET", "/v1/communities/{community_id}/transfers/counts", "", ""],
  confirm_transfer: ["POST", "/v1/payments/{payment_id}/confirm-transfer", "key", "application/json"],
  list_due_refunds: ["GET", "/v1/communities/{community_id}/due-refunds", "list", ""],
  confirm_refund: ["POST", "/v1/refunds/{refund_id}/confirm-transfer", "key", ""],
  get_ledger: ["GET", "/v1/communities/{community_id}/ledger", "", ""],
  get_sales: ["GET", "/v1/communities/{community_id}/sales", "", ""],
  list_my_notifications: ["GET", "/v1/me/notifications", "list", ""],
  mark_notification_read: ["POST", "/v1/notifications/{notification_id}/read", "", ""],
  read_my_notifications: ["POST", "/v1/me/notifications/read", "", "application/json"],
  get_delivery_summary: ["GET", "/v1/communities/{community_id}/deliveries", "", ""],
  get_request: ["GET", "/v1/requests/{request_id}", "", ""],
  get_community_history: ["GET", "/v1/communities/{community_id}/history", "list", ""],
  get_role_history: ["GET", "/v1/communities/{community_id}/roles/{person_id}/history", "list", ""],
  get_application_history: ["GET", "/v1/applications/{application_id}/history", "list", ""],
  get_membership_history: ["GET", "/v1/memberships/{membership_id}/history", "list", ""],
  get_meetup_history: ["GET", "/v1/meetups/{meetup_id}/history", "list", ""],
  get_registration_history: ["GET", "/v1/registrations/{registration_id}/history", "list", ""],
  get_plan_history: ["GET", "/v1/plans/{plan_id}/history", "list", ""],
  get_coupon_history: ["GET", "/v1/communities/{community_id}/coupons/{coupon_id}/history", "list", ""],
  get_order_history: ["GET", "/v1/orders/{order_id}/history", "list", ""],
  get_refund_request_history: ["GET", "/v1/refund-requests/{refund_request_id}/history", "list", ""],
  list_review_queue: ["GET", "/v1/communities/{community_id}/review-queue", "list seen", ""],
  get_dashboard: ["GET", "/v1/communities/{community_id}/dashboard", "seen", ""],
  get_membership_report: ["GET", "/v1/communities/{community_id}/membership-report", "seen", ""],
  export_membership_report: ["GET", "/v1/communities/{community_id}/membership-report.csv", "", ""],
  get_revenue: ["GET", "/v1/communities/{community_id}/revenue", "seen", ""],
  list_guests: ["GET", "/v1/meetups/{meetup_id}/guests", "list", ""],
  get_offer: ["GET", "/v1/communities/{community_id}/offer", "seen", ""],
};
