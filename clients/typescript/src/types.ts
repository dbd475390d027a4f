// What is sent and answered. Written by `make docs` from docs/reference/openapi.json.
// From ae1fd7ca7584c356f3f34f6a0b48f8c40e7d4146f08c271347f6a493784abc0d, as 0ce1e3ba2940809e2982fcbfaf1a14c4e8cf100c2066672fe72456b3d954f97e.
/* tslint:disable */
/* eslint-disable */
/**
 * The object of the message, whose page the link leads to.
 * @export
 * @interface About
 */
export interface About {
    /**
     * What sort of object it is.
     */
    kind: LinkKind;
    /**
     * The id of the object.
     */
    id: string;
}


/**
 * What stands on one account of the ledger.
 * @export
 * @interface AccountBalance
 */
export interface AccountBalance {
    /**
     * The account of the ledger, such as `deferred_income`.
     */
    account: string;
    /**
     * What stands on it; debit is positive.
     */
    balance: Money;
}
/**
 * Note something about an application, for the staff only.
 * @export
 * @interface AddNoteBody
 */
export interface AddNoteBody {
    /**
     * What the others of the staff are to know.
     */
    text: string;
}
/**
 * How many people have which part in the meetup, and how many are told of the change. Who was checked in is among the confirmed, and who is offered a seat among the waitlisted.
 * @export
 * @interface Affected
 */
export interface Affected {
    /**
     * How many took a seat, those who are checked in among them.
     */
    confirmed: number;
    /**
     * How many have a seat that is kept for them.
     */
    selected: number;
    /**
     * How many wait, those with an offer among them.
     */
    waitlisted: number;
    /**
     * How many seats are on offer.
     */
    offers: number;
    /**
     * How many are told of the change.
     */
    told: number;
}
/**
 * An API key as it is listed; what opens doors was shown once and is stored nowhere.
 * @export
 * @interface ApiKey
 */
export interface ApiKey {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community, or `system`: it is an operator's, for all.
     */
    community_id: string;
    /**
     * What it is for.
     */
    name: string;
    /**
     * Its first characters, to tell keys apart.
     */
    hint: string;
    /**
     * The roles that it holds in the community; `operator` in the whole system.
     */
    roles: Array<string>;
    /**
     * What it is good for; each operation names its own.
     */
    scopes: Array<string>;
    /**
     * Whether the key is still taken.
     */
    state: ApiKeyState;
    /**
     * Who made it.
     */
    made_by: string;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it ends by itself.
     */
    expires_at: string;
    /**
     * When it was used last, to within an hour; null: never yet.
     */
    last_used_at: string | null;
    /**
     * When it was revoked; null: it was not.
     */
    revoked_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}



/**
 * Whether an API key is taken.
 * - `live`: Taken.
 * - `revoked`: Revoked; nobody takes it any more.
 * - `expired`: Its time is over; nobody takes it any more.
 * @export
 */
export const ApiKeyState = {
    live: 'live',
    revoked: 'revoked',
    expired: 'expired',
} as const;
export type ApiKeyState = typeof ApiKeyState[keyof typeof ApiKeyState];

/**
 * A page: the API keys of a community, newest first; those that are over for 90 days more.
 * @export
 * @interface ApiKeysPage
 */
export interface ApiKeysPage {
    /**
     * What is on this page.
     */
    items: Array<ApiKey>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * Somebody's wish to become a member, with answers and decisions.
 * @export
 * @interface Application
 */
export interface Application {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The applicant.
     */
    person_id: string;
    /**
     * Where the application stands.
     */
    state: ApplicationState;
    /**
     * The one applied for, null: none; the purchase says what is paid for.
     */
    plan_id?: string | null;
    /**
     * By which way they came; null: not said.
     */
    source?: string | null;
    /**
     * The version of the form that it answers.
     */
    form_version: number;
    /**
     * The answers by key of their question: a text, a number, or a list of options or uploads.
     */
    answers: { [key: string]: any | null; };
    /**
     * When it was first handed in; null: not yet.
     */
    submitted_at: string | null;
    /**
     * What a reviewer wants to know; null: nothing.
     */
    info_request: InfoRequest | null;
    /**
     * What reviewers said in this round; shown to staff only.
     */
    verdicts: Array<Verdict>;
    /**
     * Which round of review it is in, from 1; null: none yet, or not told.
     */
    round?: number | null;
    /**
     * What verdicts of this round score.
     */
    rubric?: Array<Criterion>;
    /**
     * What was said of earlier answers.
     */
    former_rounds?: Array<FormerRound>;
    /**
     * Whether the caller sees what others said only after their own verdict.
     */
    blind?: boolean;
    /**
     * Who declared a conflict of interest.
     */
    conflicts?: Array<string>;
    /**
     * Whether an owner has to decide, since reviewers cannot.
     */
    needs_owner?: boolean;
    /**
     * What an owner decided then; null: nothing.
     */
    owner_decision?: OwnerDecision | null;
    /**
     * What members said for the applicant; shown to staff only.
     */
    vouches?: Array<Vouch>;
    /**
     * By whose invitation they came, for staff; null: by none.
     */
    invitation?: Invited | null;
    /**
     * Why it was rejected; null: it was not.
     */
    rejection: Rejection | null;
    /**
     * When a decision is due, for staff alone; null: none is waited for, no time is set, or it is the reader's own.
     */
    decide_by?: string | null;
    /**
     * Until when the approved applicant pays; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * The membership that it led to; null: none yet.
     */
    membership_id: string | null;
    /**
     * What is to be paid to join; null: nothing yet.
     */
    purchase_id: string | null;
    /**
     * The reviewer who looks at it; null: nobody.
     */
    claimed_by: string | null;
    /**
     * Until when that holds.
     */
    claimed_until: string | null;
    /**
     * What the screening rules said; null: nothing yet, or not for the reader.
     */
    screening?: Screened | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
}


/**
 * Handed in and not decided.
 * @export
 * @interface ApplicationFigures
 */
export interface ApplicationFigures {
    /**
     * How many wait for a decision.
     */
    waiting: number;
    /**
     * When the one that waits longest was handed in; null: none waits.
     */
    oldest_at: string | null;
    /**
     * How many wait past the time to decide, counted up to 10000.
     */
    overdue?: number;
}

/**
 * Where an application stands.
 * - `draft`: Begun by the applicant, who alone sees it.
 * - `submitted`: Handed in; nobody took it up yet.
 * - `in_review`: Handed in, and looked at by reviewers.
 * - `needs_info`: A reviewer asked for more; the applicant answers and hands it in again.
 * - `approved`: Approved; it is joined by the first payment before `pay_by`.
 * - `rejected`: Rejected by a reviewer.
 * - `withdrawn`: Taken back by the applicant.
 * - `joined`: The applicant became a member.
 * - `lapsed`: Approved, but not paid in time.
 * @export
 */
export const ApplicationState = {
    draft: 'draft',
    submitted: 'submitted',
    in_review: 'in_review',
    needs_info: 'needs_info',
    approved: 'approved',
    rejected: 'rejected',
    withdrawn: 'withdrawn',
    joined: 'joined',
    lapsed: 'lapsed',
} as const;
export type ApplicationState = typeof ApplicationState[keyof typeof ApplicationState];

/**
 * A page: the applications handed in at a community, found by name or in some order.
 * @export
 * @interface ApplicationsPage
 */
export interface ApplicationsPage {
    /**
     * What is on this page.
     */
    items: Array<ListedApplication>;
    /**
     * With `count`: how many there are on all pages, counted up to 10000; else null.
     */
    total?: number | null;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * Say yes; with the last approval needed the membership awaits payment, or begins when the plan is free.
 * @export
 * @interface ApproveBody
 */
export interface ApproveBody {
    /**
     * The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round.
     */
    round?: number | null;
    /**
     * By the key of each criterion, from 1 to 5.
     */
    scores?: { [key: string]: number; };
    /**
     * A note for the staff only.
     */
    note?: string;
}
/**
 * Ask the applicant for more.
 * @export
 * @interface AskForInfoBody
 */
export interface AskForInfoBody {
    /**
     * The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round.
     */
    round?: number | null;
    /**
     * A reason of the community, whose words ask where there is no message; null: none.
     */
    reason?: string | null;
    /**
     * What the applicant is asked; empty: the words of the reason.
     */
    message?: string;
    /**
     * Keys of the questions that are reopened, with those that their answers decide about; empty: all.
     */
    questions?: Array<string>;
}
/**
 * Ask for a refund of an order; people of the community decide.
 * @export
 * @interface AskRefundBody
 */
export interface AskRefundBody {
    /**
     * Why, for who decides.
     */
    why?: string;
}
/**
 * The question is asked only when an earlier one was answered with one of these.
 * @export
 * @interface AskedIf
 */
export interface AskedIf {
    /**
     * The key of a question before this one.
     */
    question: string;
    /**
     * The options of which one has to be chosen.
     */
    any_of: Array<string>;
}
/**
 * Where transfers go to; payers of an order see it.
 * @export
 * @interface BankAccount
 */
export interface BankAccount {
    /**
     * Whose account it is.
     */
    holder: string;
    /**
     * The bank, with its branch where that matters.
     */
    bank: string;
    /**
     * The account's number or IBAN.
     */
    number: string;
    /**
     * What else payers have to know.
     */
    note?: string;
}
/**
 * The plan's base price: it has no ladder, or none counts here.
 * @export
 * @interface BasePriceStep
 */
export interface BasePriceStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: BasePriceStepRuleEnum;
    /**
     * The price of this step, in minor units.
     */
    amount: number;
}


/**
 * @export
 */
export const BasePriceStepRuleEnum = {
    base_price: 'base_price',
} as const;
export type BasePriceStepRuleEnum = typeof BasePriceStepRuleEnum[keyof typeof BasePriceStepRuleEnum];

/**
 * An entry of the block list. Whom it stops can be tried and not read: of what was entered only digests are kept.
 * @export
 * @interface Block
 */
export interface Block {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What is blocked.
     */
    kind: BlockKind;
    /**
     * Why, in an owner's words; empty once whom it stops was erased.
     */
    reason: string;
    /**
     * Who blocked it.
     */
    made_by: string;
    /**
     * Whether it put somebody out of the community, too.
     */
    ban?: boolean;
    /**
     * When it was made.
     */
    created_at: string;
}



/**
 * What is blocked.
 * - `email`: An address.
 * - `phone`: A phone number.
 * - `person`: A person, by all that they sign in with.
 * - `name`: A name, and names like it: these do not stop, they are flagged.
 * @export
 */
export const BlockKind = {
    email: 'email',
    phone: 'phone',
    person: 'person',
    name: 'name',
} as const;
export type BlockKind = typeof BlockKind[keyof typeof BlockKind];

/**
 * Who or what is blocked: of one kind, with the field of that kind.
 * @export
 * @interface Blocked
 */
export interface Blocked {
    /**
     * What is blocked.
     */
    kind: BlockKind;
    /**
     * Of an `email`: the address.
     */
    email?: string;
    /**
     * Of a `phone`: the number.
     */
    phone?: string;
    /**
     * Somebody who applied or belongs here; stopped by all that they sign in with.
     */
    person_id?: string;
    /**
     * Of a `name`: the name.
     */
    name?: string;
}


/**
 * A page: the block list of a community, newest first.
 * @export
 * @interface BlocksPage
 */
export interface BlocksPage {
    /**
     * What is on this page.
     */
    items: Array<Block>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}

/**
 * What is said of many applications.
 * - `approve`: Take the applicants in.
 * - `reject`: Do not.
 * - `request_info`: Ask them for more.
 * @export
 */
export const BulkDecision = {
    approve: 'approve',
    reject: 'reject',
    request_info: 'request_info',
} as const;
export type BulkDecision = typeof BulkDecision[keyof typeof BulkDecision];

/**
 * Call the meetup off; everybody registered is notified.
 * @export
 * @interface CancelMeetupBody
 */
export interface CancelMeetupBody {
    /**
     * Why, for everybody who is registered.
     */
    reason: string;
}
/**
 * Of a membership what a list of one's communities shows.
 * @export
 * @interface CardMembership
 */
export interface CardMembership {
    /**
     * Its id.
     */
    id: string;
    /**
     * The member's number in the community; null before the first paid term.
     */
    number: number | null;
    /**
     * Where the membership stands.
     */
    state: MembershipState;
    /**
     * The last day of all its terms; null: no term yet.
     */
    valid_until: string | null;
    /**
     * From when to when it can be renewed; null: it cannot.
     */
    renewal: RenewalWindow | null;
}



/**
 * What a message is sorted by.
 * - `transactional`: What one's own doing brought about, such as a payment.
 * - `reminder`: What is to be done before it is too late.
 * - `social`: What happens in the community.
 * - `campaign`: What the community offers.
 * @export
 */
export const Category = {
    transactional: 'transactional',
    reminder: 'reminder',
    social: 'social',
    campaign: 'campaign',
} as const;
export type Category = typeof Category[keyof typeof Category];

/**
 * One step: ids, codes and names of fields, never what somebody wrote or is called. `version` is the aggregate's after it. Steps of one request or job share the `request_id`.
 * @export
 * @interface Change
 */
export interface Change {
    /**
     * When it was done.
     */
    at: string;
    /**
     * The id of a person or an API key, `system:<service>`, `operator` or `anonymous`.
     */
    actor_id: string;
    /**
     * What was done, in a word; new ones may come.
     */
    action: string;
    /**
     * The version of the object after it.
     */
    version: number;
    /**
     * The fields, by name; empty where it was made.
     */
    changed_fields: Array<string>;
    /**
     * The new state, and what else was noted.
     */
    details: { [key: string]: any | null; };
    /**
     * The `X-Request-Id` of the request that did it, or of the job.
     */
    request_id: string;
}
/**
 * Replace the answers of a draft; of one that needs information, those that are reopened; where the policy reopens, of one in review or approved, too, which is judged anew.
 * @export
 * @interface ChangeApplicationBody
 */
export interface ChangeApplicationBody {
    /**
     * All answers, by question key: a text, a number, or a list of options or of uploads.
     */
    answers: { [key: string]: CreateApplicationBodyAnswersValue; };
}
/**
 * Change names, policy, visibility and links of a community, or see what that would change.
 * @export
 * @interface ChangeCommunityBody
 */
export interface ChangeCommunityBody {
    /**
     * What the community is called.
     */
    name?: string;
    /**
     * What people read about it.
     */
    description?: string;
    /**
     * Public: in the list; unlisted: for who has its id or slug; hidden: for its people.
     */
    visibility?: Visibility;
    /**
     * What is to be different in the policy; what is left out stays.
     */
    policy?: PolicyChange;
    /**
     * Where its own site shows objects, by kind; what is left out stays.
     */
    links?: LinksChange;
    /**
     * Store nothing, say what would change.
     */
    simulate?: boolean;
}


/**
 * Change name, limit or end of a coupon, or try what a change would come to.
 * @export
 * @interface ChangeCouponBody
 */
export interface ChangeCouponBody {
    /**
     * What the coupon is called, for the staff.
     */
    name?: string;
    /**
     * Uses in all, of one with a limit; not below what is used and held.
     */
    limit?: number;
    /**
     * Until when it may be used; null: without an end.
     */
    valid_until?: string | null;
    /**
     * Answer what would be, and store nothing.
     */
    simulate?: boolean;
}
/**
 * Publish a new version of the application form.
 * @export
 * @interface ChangeFormBody
 */
export interface ChangeFormBody {
    /**
     * The application form, section by section.
     */
    form: Array<Section>;
}
/**
 * Say to which hosts a community's links may lead, and payers come back; links to others go.
 * @export
 * @interface ChangeLinkHostsBody
 */
export interface ChangeLinkHostsBody {
    /**
     * All hosts to which its links may lead; links to others go.
     */
    link_hosts: Array<string>;
}
/**
 * Change own name or language.
 * @export
 * @interface ChangeMeBody
 */
export interface ChangeMeBody {
    /**
     * What the person wants to be called.
     */
    name?: string;
    /**
     * The language of mails and messages.
     */
    locale?: Locale;
}


/**
 * Change a meetup that has not begun; who has a seat or waits is told of other times or places.
 * @export
 * @interface ChangeMeetupBody
 */
export interface ChangeMeetupBody {
    /**
     * What the meetup is called.
     */
    title?: string;
    /**
     * What people read about it.
     */
    description?: string;
    /**
     * When it begins.
     */
    starts_at?: string;
    /**
     * When it ends.
     */
    ends_at?: string;
    /**
     * Where the meetup is.
     */
    zone?: string;
    /**
     * The city where it is.
     */
    city?: string;
    /**
     * Where exactly it is; shown to staff and confirmed people only.
     */
    address?: string;
    /**
     * Not below the seats that are taken or on offer.
     */
    capacity?: number;
    /**
     * For how many hours a seat is kept for who was selected, or to whom it is offered.
     */
    hold_hours?: number;
    /**
     * What a seat costs, in the community's currency; it is taken by paying; null = nothing.
     */
    fee?: Fee | null;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<RefundBracket>;
    /**
     * Store nothing and tell nobody: only answer what would be.
     */
    simulate?: boolean;
}
/**
 * Change a plan, or try what a change would come to; its price only before anybody was told it.
 * @export
 * @interface ChangePlanBody
 */
export interface ChangePlanBody {
    /**
     * What the plan is called.
     */
    name?: string;
    /**
     * What the plan gives, for who chooses.
     */
    description?: string;
    /**
     * The first price, in the community's currency.
     */
    base_price?: Money;
    /**
     * How many months one payment gives.
     */
    period_months?: number;
    /**
     * How the price rises with each so many places; null: it does not.
     */
    ladder?: Ladder | null;
    /**
     * When an applicant's price is promised.
     */
    price_lock?: PriceLock;
    /**
     * What a renewal pays: the base price, what this run of membership paid first, or the public price of the day; it takes no place.
     */
    renewal_price?: RenewalPrice;
    /**
     * A word for what it gives, for standings and integrators.
     */
    tier?: string;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Answer what would be, and store nothing.
     */
    simulate?: boolean;
}


/**
 * Change what the community keeps of a member: segment, city, company and its own fields.
 * @export
 * @interface ChangeProfileBody
 */
export interface ChangeProfileBody {
    /**
     * The member's segment, out of the list that the form offers; null takes it out.
     */
    segment?: string | null;
    /**
     * The member's city; null takes it out.
     */
    city?: string | null;
    /**
     * Where the member works; null takes it out.
     */
    company?: string | null;
    /**
     * Own fields by name; null takes one out.
     */
    details?: { [key: string]: string | null; };
}
/**
 * Replace the reasons of a community; what was decided by them before keeps its words.
 * @export
 * @interface ChangeReasonsBody
 */
export interface ChangeReasonsBody {
    /**
     * All that there are to be, in the order in which they are shown.
     */
    reasons: Array<Reason>;
}
/**
 * Replace the screening rules; they look at what is handed in from now on.
 * @export
 * @interface ChangeScreeningBody
 */
export interface ChangeScreeningBody {
    /**
     * All rules, in their order; none takes them away.
     */
    rules: Array<ScreeningRule>;
}
/**
 * 
 * @export
 * @interface ChangedCoupon
 */
export interface ChangedCoupon {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the coupon is called, for the staff.
     */
    name: string;
    /**
     * What buyers enter, in any case.
     */
    code: string;
    /**
     * What the coupon gives.
     */
    benefit: CouponBenefit;
    /**
     * Whom it is for: `newcomer`, `renewal` or `any`.
     */
    audience: string;
    /**
     * The plans that it is good for; none named: every plan.
     */
    plan_ids: Array<string>;
    /**
     * Uses in all; null: any number.
     */
    limit: number | null;
    /**
     * Uses of one person.
     */
    per_person: number;
    /**
     * Minor units that the list price has to reach.
     */
    minimum: number;
    /**
     * How often it was used by paid orders.
     */
    used: number;
    /**
     * How often it is held by quotes and open orders.
     */
    held: number;
    /**
     * From when on it may be used; null: at once.
     */
    valid_from: string | null;
    /**
     * Until when it may be used; null: without an end.
     */
    valid_until: string | null;
    /**
     * Whether a full refund frees the use for another.
     */
    refund_returns_use: boolean;
    /**
     * Whether the coupon is given.
     */
    state?: CouponState;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * Whether this is what would be, and nothing was stored.
     */
    simulated: boolean;
    /**
     * Of a simulated change; null once it is made.
     */
    unaffected: Unaffected | null;
}


/**
 * 
 * @export
 * @interface ChangedMeetup
 */
export interface ChangedMeetup {
    /**
     * Its id.
     */
    id: string;
    /**
     * What the meetup is called.
     */
    title: string;
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * When it ends.
     */
    ends_at: string;
    /**
     * The IANA time zone of the place.
     */
    zone: string;
    /**
     * The city where it is.
     */
    city: string;
    /**
     * Where exactly it is; null for who may not know it.
     */
    address: string | null;
    /**
     * Where the meetup stands.
     */
    state: MeetupState;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What people read about it.
     */
    description: string;
    /**
     * How many seats there are.
     */
    capacity: number;
    /**
     * How many seats are neither taken nor on offer.
     */
    seats_free: number;
    /**
     * For how many hours a seat is kept for who was selected, or to whom it is offered.
     */
    hold_hours: number;
    /**
     * What a seat costs, in the community's currency; it is taken by paying; null = nothing.
     */
    fee?: Fee | null;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<RefundBracket>;
    /**
     * Why it was called off, in the words of its host; null: it was not.
     */
    cancel_reason: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * Whom the change concerns.
     */
    affects: Affected;
}


/**
 * 
 * @export
 * @interface ChangedPlan
 */
export interface ChangedPlan {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the plan is called.
     */
    name: string;
    /**
     * The price without a ladder, or of its first step.
     */
    base_price: Money;
    /**
     * How many months one payment gives.
     */
    period_months: number;
    /**
     * How the price rises with each so many places; null: it does not.
     */
    ladder: Ladder | null;
    /**
     * When an applicant's price is promised.
     */
    price_lock: string;
    /**
     * What the plan gives, for who chooses.
     */
    description?: string;
    /**
     * What a renewal pays.
     */
    renewal_price?: RenewalPrice;
    /**
     * A word for what it gives, for standings and integrators; empty: none.
     */
    tier?: string;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Whether the plan is sold.
     */
    state?: PlanState;
    /**
     * Whether somebody was quoted or promised its price, which stays from then on.
     */
    sold?: boolean;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * Whether this is what would be, and nothing was stored.
     */
    simulated: boolean;
    /**
     * Of a simulated change; null once it is made.
     */
    unaffected: Unaffected | null;
}



/**
 * The way that a message takes.
 * - `in_app`: The inbox of the app.
 * - `email`: A mail.
 * - `sms`: A text message to a phone.
 * @export
 */
export const Channel = {
    in_app: 'in_app',
    email: 'email',
    sms: 'sms',
} as const;
export type Channel = typeof Channel[keyof typeof Channel];

/**
 * Name another plan until the application is decided; then the purchase takes it.
 * @export
 * @interface ChooseApplicationPlanBody
 */
export interface ChooseApplicationPlanBody {
    /**
     * The plan, one that is on sale.
     */
    plan_id: string;
}
/**
 * Name another plan to pay for, until an order is open.
 * @export
 * @interface ChoosePurchasePlanBody
 */
export interface ChoosePurchasePlanBody {
    /**
     * The plan, one that is on sale.
     */
    plan_id: string;
}
/**
 * Who is on it, and until when others leave it to them.
 * @export
 * @interface Claim
 */
export interface Claim {
    /**
     * The reviewer who is on it.
     */
    person_id: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * Until when others leave it to them.
     */
    until: string;
}
/**
 * A page: the communities that are public, or the one with a short name.
 * @export
 * @interface CommunitiesPage
 */
export interface CommunitiesPage {
    /**
     * What is on this page.
     */
    items: Array<Community>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * `links` say where an object is shown on the community's own site, at one of `link_hosts`.
 * @export
 * @interface Community
 */
export interface Community {
    /**
     * Its id.
     */
    id: string;
    /**
     * Its short name, unique in the system, for addresses.
     */
    slug: string;
    /**
     * What the community is called.
     */
    name: string;
    /**
     * What people read about it.
     */
    description: string;
    /**
     * The IANA time zone of its days and deadlines.
     */
    zone: string;
    /**
     * The language in which the community writes to people.
     */
    locale: string;
    /**
     * The currency of all its prices.
     */
    currency: string;
    /**
     * The application form, section by section.
     */
    form: Array<Section>;
    /**
     * The version of the form; each stays as it was.
     */
    form_version: number;
    /**
     * The rules by which the community works.
     */
    policy: Policy;
    /**
     * The version of the policy; each can still be read.
     */
    policy_version?: number;
    /**
     * Public: in the list; unlisted: for who has its id or slug; hidden: for its people.
     */
    visibility?: Visibility;
    /**
     * Where its own site shows objects, by kind.
     */
    links?: Links;
    /**
     * The hosts to which its links may lead.
     */
    link_hosts?: Array<string>;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * The community after the change, or as it would be; `version` is the stored one's.
 * @export
 * @interface CommunityChange
 */
export interface CommunityChange {
    /**
     * The community after the change, or as it would be.
     */
    community: Community;
    /**
     * Where it differs, as JSON pointers.
     */
    changed: Array<string>;
    /**
     * Whom a simulated change of the policy meets, else null.
     */
    concerned: Concerned | null;
    /**
     * Whether this is what would be, and nothing was stored.
     */
    simulated: boolean;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}
/**
 * Its name, and what its days and its money are written in.
 * @export
 * @interface CommunityHead
 */
export interface CommunityHead {
    /**
     * Its id.
     */
    id: string;
    /**
     * Its short name, unique in the system, for addresses.
     */
    slug: string;
    /**
     * What the community is called.
     */
    name: string;
    /**
     * The IANA time zone of its days and deadlines.
     */
    zone: string;
    /**
     * The language in which the community writes to people.
     */
    locale: string;
    /**
     * The currency of all its prices.
     */
    currency: string;
}
/**
 * Whom a change of the policy meets.
 * @export
 * @interface Concerned
 */
export interface Concerned {
    /**
     * Open ones, which the new policy decides.
     */
    applications: number;
    /**
     * Those that await payment and keep their time for it.
     */
    memberships: number;
}
/**
 * Change the address by both codes; all other sessions of the person end.
 * @export
 * @interface ConfirmEmailChange
 */
export interface ConfirmEmailChange {
    /**
     * The code from the mail to the old address.
     */
    old_code: string;
    /**
     * The code from the mail to the new address.
     */
    new_code: string;
}
/**
 * Say what came for a transfer; the order is paid once all of it is there.
 * @export
 * @interface ConfirmTransferBody
 */
export interface ConfirmTransferBody {
    /**
     * What came, in the payment's currency.
     */
    amount: Money;
    /**
     * The bank's day, in the community's zone; the order is paid then.
     */
    received_on: string;
    /**
     * How many `receipts` there were when the transfer was read.
     */
    seen_receipts?: number;
    /**
     * In what it differed from what the payer was told.
     */
    note?: TransferNote;
}


/**
 * How many there are; with `at_least`, there are more.
 * @export
 * @interface Counted
 */
export interface Counted {
    /**
     * How many were counted.
     */
    number: number;
    /**
     * Whether there are more than were counted.
     */
    at_least: boolean;
}
/**
 * A campaign with its code, and how often that was used.
 * @export
 * @interface Coupon
 */
export interface Coupon {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the coupon is called, for the staff.
     */
    name: string;
    /**
     * What buyers enter, in any case.
     */
    code: string;
    /**
     * What the coupon gives.
     */
    benefit: CouponBenefit;
    /**
     * Whom it is for: `newcomer`, `renewal` or `any`.
     */
    audience: string;
    /**
     * The plans that it is good for; none named: every plan.
     */
    plan_ids: Array<string>;
    /**
     * Uses in all; null: any number.
     */
    limit: number | null;
    /**
     * Uses of one person.
     */
    per_person: number;
    /**
     * Minor units that the list price has to reach.
     */
    minimum: number;
    /**
     * How often it was used by paid orders.
     */
    used: number;
    /**
     * How often it is held by quotes and open orders.
     */
    held: number;
    /**
     * From when on it may be used; null: at once.
     */
    valid_from: string | null;
    /**
     * Until when it may be used; null: without an end.
     */
    valid_until: string | null;
    /**
     * Whether a full refund frees the use for another.
     */
    refund_returns_use: boolean;
    /**
     * Whether the coupon is given.
     */
    state?: CouponState;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}



/**
 * Whom a coupon is for.
 * - `newcomer`: Who never paid here.
 * - `renewal`: Who is a member or was one until lately (`lapsed_days`).
 * - `any`: Anybody.
 * @export
 */
export const CouponAudience = {
    newcomer: 'newcomer',
    renewal: 'renewal',
    any: 'any',
} as const;
export type CouponAudience = typeof CouponAudience[keyof typeof CouponAudience];

/**
 * What a coupon gives: its kind, and the one field that this kind has.
 * @export
 * @interface CouponBenefit
 */
export interface CouponBenefit {
    /**
     * What the coupon gives; it has the one field of its kind.
     */
    kind: CouponKind;
    /**
     * Amount_off: minor units off the list price.
     */
    amount?: number;
    /**
     * Percent_off: off the list price.
     */
    percent?: string;
    /**
     * Set_price: minor units that are to be paid.
     */
    price?: number;
    /**
     * Extra_days: added to the period.
     */
    days?: number;
}


/**
 * How many coupons of a community are in each state.
 * @export
 * @interface CouponCounts
 */
export interface CouponCounts {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many there are in each state.
     */
    counts: { [key: string]: number; };
}

/**
 * What a coupon gives.
 * - `amount_off`: An amount off the list price (`amount`).
 * - `percent_off`: A share of the list price (`percent`).
 * - `set_price`: Another price in place of the list price (`price`).
 * - `extra_days`: The list price for a longer term (`days`).
 * @export
 */
export const CouponKind = {
    amount_off: 'amount_off',
    percent_off: 'percent_off',
    set_price: 'set_price',
    extra_days: 'extra_days',
} as const;
export type CouponKind = typeof CouponKind[keyof typeof CouponKind];


/**
 * Why a coupon code does not count.
 * - `unknown`: The community has no such code.
 * - `inactive`: It is given to nobody new at present, or any more.
 * - `not_started`: Its time has not come.
 * - `expired`: Its time is over.
 * - `used_up`: It was used as often as it may be.
 * - `used_before`: The buyer used it as often as one person may.
 * - `newcomers_only`: It is for who never paid here.
 * - `renewals_only`: It is for members, and for who was one until lately.
 * - `minimum_not_reached`: The list price is too low for it.
 * - `other_plan`: It is for other plans.
 * - `other_currency`: It is in another currency than the price.
 * - `another_applied`: Another code of the same request takes off more.
 * @export
 */
export const CouponReason = {
    unknown: 'unknown',
    inactive: 'inactive',
    not_started: 'not_started',
    expired: 'expired',
    used_up: 'used_up',
    used_before: 'used_before',
    newcomers_only: 'newcomers_only',
    renewals_only: 'renewals_only',
    minimum_not_reached: 'minimum_not_reached',
    other_plan: 'other_plan',
    other_currency: 'other_currency',
    another_applied: 'another_applied',
} as const;
export type CouponReason = typeof CouponReason[keyof typeof CouponReason];


/**
 * The rule that a coupon code breaks.
 * - `code_is_known`: The community has the code.
 * - `coupon_is_active`: The coupon is neither paused nor ended.
 * - `coupon_is_in_plan_currency`: It is in the currency of the price.
 * - `coupon_covers_plan`: It is for this plan.
 * - `coupon_has_begun`: Its time has come.
 * - `coupon_is_not_over`: Its time is not over.
 * - `coupon_is_in_window`: Both of these; of quotes and orders of earlier versions.
 * - `person_is_newcomer`: The buyer never paid here.
 * - `person_is_renewing`: The buyer is a member, or was one until lately.
 * - `price_reaches_minimum`: The list price is high enough.
 * - `coupon_has_uses_left`: It can still be used.
 * - `person_has_uses_left`: The buyer can still use it.
 * - `coupon_is_the_only_one`: No other code of the same request counts.
 * @export
 */
export const CouponRule = {
    code_is_known: 'code_is_known',
    coupon_is_active: 'coupon_is_active',
    coupon_is_in_plan_currency: 'coupon_is_in_plan_currency',
    coupon_covers_plan: 'coupon_covers_plan',
    coupon_has_begun: 'coupon_has_begun',
    coupon_is_not_over: 'coupon_is_not_over',
    coupon_is_in_window: 'coupon_is_in_window',
    person_is_newcomer: 'person_is_newcomer',
    person_is_renewing: 'person_is_renewing',
    price_reaches_minimum: 'price_reaches_minimum',
    coupon_has_uses_left: 'coupon_has_uses_left',
    person_has_uses_left: 'person_has_uses_left',
    coupon_is_the_only_one: 'coupon_is_the_only_one',
} as const;
export type CouponRule = typeof CouponRule[keyof typeof CouponRule];


/**
 * Whether a coupon is given.
 * - `active`: Whoever has the code may use it.
 * - `paused`: Given to nobody new for a while.
 * - `ended`: Given to nobody new any more.
 * @export
 */
export const CouponState = {
    active: 'active',
    paused: 'paused',
    ended: 'ended',
} as const;
export type CouponState = typeof CouponState[keyof typeof CouponState];

/**
 * One code: what it gives if it counts, else the rule that it breaks.
 * @export
 * @interface CouponStep
 */
export interface CouponStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: CouponStepRuleEnum;
    /**
     * The code that the buyer gave.
     */
    code: string;
    /**
     * Whether the code counts.
     */
    applied: boolean;
    /**
     * The rule that the code breaks; left out where it counts.
     */
    broken_rule?: CouponRule;
    /**
     * What it takes off, in minor units; left out where it does not count.
     */
    discount?: number;
    /**
     * The days that it adds to the term; left out where it does not count.
     */
    extra_days?: number;
    /**
     * How a share was rounded; left out where none was.
     */
    rounding?: Rounding;
}


/**
 * @export
 */
export const CouponStepRuleEnum = {
    coupon: 'coupon',
} as const;
export type CouponStepRuleEnum = typeof CouponStepRuleEnum[keyof typeof CouponStepRuleEnum];

/**
 * A page: the coupons of a community with their uses.
 * @export
 * @interface CouponsPage
 */
export interface CouponsPage {
    /**
     * What is on this page.
     */
    items: Array<ShownCoupon>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * Make an API key of a community; the answer shows it, and nothing shows it again.
 * @export
 * @interface CreateApiKeyBody
 */
export interface CreateApiKeyBody {
    /**
     * What it is for.
     */
    name: string;
    /**
     * What it is good for; each operation names its own.
     */
    scopes: Array<CreateApiKeyBodyScopesEnum>;
    /**
     * After how many days the key ends by itself.
     */
    expires_in_days?: number;
    /**
     * The roles that it holds in the community.
     */
    roles: Array<GrantableRole>;
}


/**
 * @export
 */
export const CreateApiKeyBodyScopesEnum = {
    communities_read: 'communities:read',
    communities_write: 'communities:write',
    roles_read: 'roles:read',
    applications_read: 'applications:read',
    reviews_read: 'reviews:read',
    memberships_read: 'memberships:read',
    memberships_write: 'memberships:write',
    meetups_read: 'meetups:read',
    meetups_host: 'meetups:host',
    registrations_read: 'registrations:read',
    payments_read: 'payments:read',
    payments_write: 'payments:write',
    notifications_read: 'notifications:read',
    requests_read: 'requests:read',
} as const;
export type CreateApiKeyBodyScopesEnum = typeof CreateApiKeyBodyScopesEnum[keyof typeof CreateApiKeyBodyScopesEnum];

/**
 * Start an application; with `submit` it is handed in at once.
 * @export
 * @interface CreateApplicationBody
 */
export interface CreateApplicationBody {
    /**
     * The plan to pay for, or to get free; left out: the only one on sale.
     */
    plan_id?: string | null;
    /**
     * All answers, by question key: a text, a number, or a list of options or of uploads.
     */
    answers?: { [key: string]: CreateApplicationBodyAnswersValue; };
    /**
     * By which way they came: `poster`, or a code of the link; it stays as it is.
     */
    source?: string | null;
    /**
     * The code of the invitation by which they come; not with `source`.
     */
    invitation?: string | null;
    /**
     * True hands it in at once; false keeps a draft to go on with.
     */
    submit?: boolean;
}
/**
 * @type CreateApplicationBodyAnswersValue
 * 
 * @export
 */
export type CreateApplicationBodyAnswersValue = Array<string> | number | string;
/**
 * Put an address, a number, a person or a name on the block list; a person may be banned with it.
 * @export
 * @interface CreateBlockBody
 */
export interface CreateBlockBody {
    /**
     * Who or what is blocked.
     */
    whom: Blocked;
    /**
     * Why, for owners; they know the entry by it, for it shows nothing else.
     */
    reason: string;
    /**
     * With a `person`: puts them out, too, until the entry is taken off; a live application is withdrawn, a membership is suspended for good.
     */
    ban?: boolean;
}
/**
 * Create a community with its form and policy and name the first owner.
 * @export
 * @interface CreateCommunity
 */
export interface CreateCommunity {
    /**
     * Short name, unique in the system.
     */
    slug: string;
    /**
     * What the community is called.
     */
    name: string;
    /**
     * What people read about it.
     */
    description?: string;
    /**
     * Public: in the list; unlisted: for who has its id or slug; hidden: for its people.
     */
    visibility?: Visibility;
    /**
     * The IANA time zone of its days and deadlines; it stays.
     */
    zone?: string;
    /**
     * The language in which the community writes to people.
     */
    locale?: Locale;
    /**
     * The currency of all its prices; it stays.
     */
    currency?: string;
    /**
     * The application form, section by section.
     */
    form?: Array<Section>;
    /**
     * The rules by which the community works.
     */
    policy?: Policy;
    /**
     * The first owner; needs no account yet.
     */
    owner_email: string;
}


/**
 * Create a coupon with one shared code.
 * @export
 * @interface CreateCouponBody
 */
export interface CreateCouponBody {
    /**
     * What the coupon is called, for the staff.
     */
    name: string;
    /**
     * What buyers enter, in any case.
     */
    code: string;
    /**
     * What the coupon gives.
     */
    benefit: CouponBenefit;
    /**
     * Who never paid, who is or was a member, or anybody.
     */
    audience: CouponAudience;
    /**
     * Renewal: days since the term ended within which it is good.
     */
    lapsed_days?: number;
    /**
     * Uses in all; null = any number.
     */
    limit?: number | null;
    /**
     * Uses of one person.
     */
    per_person?: number;
    /**
     * The plans it is good for; none named = every plan.
     */
    plan_ids?: Array<string>;
    /**
     * Minor units that the list price has to reach.
     */
    minimum?: number;
    /**
     * From when on it may be used; null: at once.
     */
    valid_from?: string | null;
    /**
     * Until when it may be used; null: without an end.
     */
    valid_until?: string | null;
    /**
     * Whether a full refund frees the use for another.
     */
    refund_returns_use?: boolean;
}


/**
 * Make an invitation: a code for a link, by which a number of people may apply.
 * @export
 * @interface CreateInvitationBody
 */
export interface CreateInvitationBody {
    /**
     * A code by which owners tell their invitations apart.
     */
    label: string;
    /**
     * How many people may apply by it.
     */
    uses?: number;
    /**
     * Days from now on for which it can be used.
     */
    expires_in_days?: number;
    /**
     * The plan that who comes by it applies for, unless they choose.
     */
    plan_id?: string | null;
    /**
     * True approves who comes by it at once, where the policy allows that.
     */
    skips_review?: boolean;
}
/**
 * Draft a meetup.
 * @export
 * @interface CreateMeetupBody
 */
export interface CreateMeetupBody {
    /**
     * What the meetup is called.
     */
    title: string;
    /**
     * What people read about it.
     */
    description?: string;
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * When it ends.
     */
    ends_at: string;
    /**
     * Where the meetup is; null = the community's zone.
     */
    zone?: string | null;
    /**
     * The city where it is.
     */
    city: string;
    /**
     * Shown to staff and confirmed people only.
     */
    address?: string;
    /**
     * How many seats there are.
     */
    capacity: number;
    /**
     * How long a selected person may take to confirm, or to pay.
     */
    hold_hours?: number;
    /**
     * What a seat costs, in the community's currency; it is taken by paying; null = nothing.
     */
    fee?: Fee | null;
    /**
     * What comes back of the fee to who gives the seat up; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<RefundBracket>;
}
/**
 * Put a plan on sale, or draft one.
 * @export
 * @interface CreatePlanBody
 */
export interface CreatePlanBody {
    /**
     * What the plan is called.
     */
    name: string;
    /**
     * What the plan gives, for who chooses.
     */
    description?: string;
    /**
     * The first price, in the community's currency.
     */
    base_price: Money;
    /**
     * Months that one payment gives.
     */
    period_months?: number;
    /**
     * How the price rises; null: one price for all.
     */
    ladder?: Ladder | null;
    /**
     * When an applicant's price is promised; it takes no place.
     */
    price_lock?: PriceLock;
    /**
     * What a renewal pays: the base price, what this run of membership paid first, or the public price of the day; it takes no place.
     */
    renewal_price?: RenewalPrice;
    /**
     * A word for what it gives, for standings and integrators.
     */
    tier?: string;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * A draft is shown to owners only, until it is put on sale.
     */
    state?: CreatePlanBodyStateEnum;
}


/**
 * @export
 */
export const CreatePlanBodyStateEnum = {
    draft: 'draft',
    on_sale: 'on_sale',
} as const;
export type CreatePlanBodyStateEnum = typeof CreatePlanBodyStateEnum[keyof typeof CreatePlanBodyStateEnum];

/**
 * Price a purchase with its coupons and hold place and coupon for 15 minutes.
 * @export
 * @interface CreateQuoteBody
 */
export interface CreateQuoteBody {
    /**
     * Tried in this order, in any case and width, blanks in them left out; the first that may be used applies.
     */
    coupon_codes?: Array<string>;
    /**
     * Error: a code that does not count refuses the quote, and nothing is held or changed; ignore: `coupons` says why, and the price is without it.
     */
    on_refused?: OnRefused;
}


/**
 * Make an API key that operates the system; the answer shows it, and nothing shows it again.
 * @export
 * @interface CreateSystemApiKey
 */
export interface CreateSystemApiKey {
    /**
     * What it is for.
     */
    name: string;
    /**
     * What it is good for; each operation names its own.
     */
    scopes: Array<KeyScope>;
    /**
     * After how many days the key ends by itself.
     */
    expires_in_days?: number;
}
/**
 * Say which file is to come; its parts follow.
 * @export
 * @interface CreateUpload
 */
export interface CreateUpload {
    /**
     * The community for which the file is sent.
     */
    community_id: string;
    /**
     * What it is for; an `import` is a list of existing members.
     */
    purpose: UploadPurpose;
    /**
     * What the file is; the first part has to look like it.
     */
    content_type: FileType;
    /**
     * Bytes of the file.
     */
    size: number;
}


/**
 * Vouch for who applied, by the code that they handed out.
 * @export
 * @interface CreateVouch
 */
export interface CreateVouch {
    /**
     * The vouching code that the applicant handed out.
     */
    code: string;
    /**
     * Why, in a sentence or two, for the reviewers.
     */
    words: string;
}
/**
 * What reviewers score, from 1 to 5, with each verdict.
 * @export
 * @interface Criterion
 */
export interface Criterion {
    /**
     * The name of the criterion, by which scores are given.
     */
    key: string;
    /**
     * What reviewers are asked to score.
     */
    title: string;
    /**
     * How much it counts beside the others.
     */
    weight?: number;
}
/**
 * How a community stands; its money is `…/revenue`.
 * @export
 * @interface Dashboard
 */
export interface Dashboard {
    /**
     * Which community it is.
     */
    community: CommunityHead;
    /**
     * The first of the days that `joined` and `lapsed` are of.
     */
    since: string;
    /**
     * The last of these days.
     */
    until: string;
    /**
     * Its members, in figures.
     */
    members: MemberFigures;
    /**
     * The applications that wait.
     */
    applications: ApplicationFigures;
    /**
     * The next five by start; null while the events side is away.
     */
    meetups: Array<NextMeetup> | null;
}
/**
 * Decide, as an owner, on an application that the reviewers cannot decide on.
 * @export
 * @interface DecideApplicationBody
 */
export interface DecideApplicationBody {
    /**
     * The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round.
     */
    round?: number | null;
    /**
     * Whether the applicant is taken in.
     */
    verdict: ReviewVerdict;
    /**
     * Why, for the staff only.
     */
    note: string;
    /**
     * Of a rejection: a code of every community's, or of its own.
     */
    reason?: string;
    /**
     * What a rejected applicant is told; empty: the words of the community's reason.
     */
    message?: string;
}


/**
 * Approve or reject up to 100 applications, or ask for more, each by itself.
 * @export
 * @interface DecideApplicationsBody
 */
export interface DecideApplicationsBody {
    /**
     * What is said of each; `reject` takes a `reason`, `request_info` a `message`, or a `reason` of the community.
     */
    decision: BulkDecision;
    /**
     * Which, each once, as they were read.
     */
    applications: Array<SeenApplication>;
    /**
     * With an approval: a note for the staff only.
     */
    note?: string;
    /**
     * A code of every community's, or of its own, whose words are told where there is no message; null: none.
     */
    reason?: string | null;
    /**
     * What the applicants are told or asked.
     */
    message?: string;
    /**
     * Of a request for more: keys of the questions that are reopened; empty: all.
     */
    questions?: Array<string>;
}


/**
 * Why nothing was decided, and what to do, in the reader's language.
 * @export
 * @interface DecisionProblem
 */
export interface DecisionProblem {
    /**
     * What is wrong, for programs; stable.
     */
    code: string;
    /**
     * What the texts of the code are filled with, by name.
     */
    params: { [key: string]: any | null; };
    /**
     * What is wrong and what to do, in the reader's language.
     */
    detail: string;
}
/**
 * What became of one: `problem` is null where it was done, `state` and `version` where not.
 * @export
 * @interface DecisionResult
 */
export interface DecisionResult {
    /**
     * The application that it belongs to.
     */
    application_id: string;
    /**
     * Whether it was done.
     */
    done: boolean;
    /**
     * In which state it is now; null: nothing was done.
     */
    state: ApplicationState | null;
    /**
     * Its version now; null: nothing was done.
     */
    version: number | null;
    /**
     * Why nothing was done; null: it was.
     */
    problem: DecisionProblem | null;
}


/**
 * A result for each application, in the order in which they were named.
 * @export
 * @interface DecisionResults
 */
export interface DecisionResults {
    /**
     * What became of each, in the order in which they were named.
     */
    results: Array<DecisionResult>;
}
/**
 * How many applications were decided within so many hours, and not within fewer.
 * @export
 * @interface DecisionTime
 */
export interface DecisionTime {
    /**
     * Within how many hours; null: it took longer than any of these.
     */
    hours: number | null;
    /**
     * How many were decided within them.
     */
    count: number;
}
/**
 * Say why no money goes back.
 * @export
 * @interface DeclineRefundRequestBody
 */
export interface DeclineRefundRequestBody {
    /**
     * Why, for the payer.
     */
    words: string;
}
/**
 * How many deliveries of a type, channel and state there are.
 * @export
 * @interface DeliveryCount
 */
export interface DeliveryCount {
    /**
     * What the messages tell of.
     */
    type: string;
    /**
     * The way that they took.
     */
    channel: Channel;
    /**
     * What became of them.
     */
    state: DeliveryState;
    /**
     * How many there are.
     */
    count: number;
}



/**
 * What became of a message.
 * - `pending`: Still to be sent.
 * - `sent`: Taken by the mail server, or put into the inbox.
 * - `failed`: It could not be delivered.
 * - `suppressed`: Not sent, because its reader does not want or need it any more.
 * @export
 */
export const DeliveryState = {
    pending: 'pending',
    sent: 'sent',
    failed: 'failed',
    suppressed: 'suppressed',
} as const;
export type DeliveryState = typeof DeliveryState[keyof typeof DeliveryState];

/**
 * How many deliveries of each type, channel and state a community has.
 * @export
 * @interface DeliverySummary
 */
export interface DeliverySummary {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many there are of each type, channel and state.
     */
    deliveries: Array<DeliveryCount>;
}
/**
 * A page: refunds that somebody of the community has to transfer, oldest first.
 * @export
 * @interface DueRefundsPage
 */
export interface DueRefundsPage {
    /**
     * What is on this page.
     */
    items: Array<Refund>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What was sold: `net` = `gross` − `discounts` − `refunds`. A refund counts in the month in which its order was paid.
 * @export
 * @interface Earned
 */
export interface Earned {
    /**
     * How many orders were paid.
     */
    orders: number;
    /**
     * At list prices.
     */
    gross: Money;
    /**
     * What coupons took off.
     */
    discounts: Money;
    /**
     * What went back of these orders.
     */
    refunds: Money;
    /**
     * What is left of it.
     */
    net: Money;
}
/**
 * What waits for its two codes, which went by mail; `email` is the new address.
 * @export
 * @interface EmailChange
 */
export interface EmailChange {
    /**
     * Its id.
     */
    id: string;
    /**
     * The new address.
     */
    email: string;
    /**
     * When it was asked for.
     */
    started_at: string;
    /**
     * Until when both codes are good.
     */
    expires_at: string;
}
/**
 * End a membership today; money goes back only by a refund of its order.
 * @export
 * @interface EndMembershipBody
 */
export interface EndMembershipBody {
    /**
     * Why; the member reads it.
     */
    reason: string;
}
/**
 * `hindrance` says in a word what puts it off at present; it is tried again every day.
 * @export
 * @interface Erasure
 */
export interface Erasure {
    /**
     * Its id.
     */
    id: string;
    /**
     * Who is erased.
     */
    person_id: string;
    /**
     * Where it stands.
     */
    state: ErasureState;
    /**
     * When it was asked for.
     */
    asked_at: string;
    /**
     * From when on it cannot be taken back.
     */
    erase_at: string;
    /**
     * What puts it off at present, in a word, such as `last_owner`; null: nothing does.
     */
    hindrance: string | null;
    /**
     * The services that have nothing of the person left.
     */
    confirmed: Array<ErasureConfirmation>;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}


/**
 * A service that has nothing of the person left.
 * @export
 * @interface ErasureConfirmation
 */
export interface ErasureConfirmation {
    /**
     * Which part of the system confirms it.
     */
    service: Service;
    /**
     * When it happened.
     */
    at: string;
}



/**
 * How far the erasure of a person is.
 * - `asked`: Asked for; it can be taken back until `erase_at`.
 * - `withdrawn`: Taken back.
 * - `erasing`: Under way in all services.
 * - `erased`: Done: every service confirmed it.
 * @export
 */
export const ErasureState = {
    asked: 'asked',
    withdrawn: 'withdrawn',
    erasing: 'erasing',
    erased: 'erased',
} as const;
export type ErasureState = typeof ErasureState[keyof typeof ErasureState];

/**
 * A free seat kept for the next in the queue until `expires_at`.
 * @export
 * @interface EventsOffer
 */
export interface EventsOffer {
    /**
     * Its id.
     */
    id: string;
    /**
     * Until when the seat is kept.
     */
    expires_at: string;
}
/**
 * One thing that is kept of a person; `data` is as in the API's lists of this kind.
 * @export
 * @interface ExportedRecord
 */
export interface ExportedRecord {
    /**
     * Of which kind of list it is.
     */
    kind: string;
    /**
     * The thing itself, as in the API's lists of this kind.
     */
    data: { [key: string]: any | null; };
}
/**
 * What a seat costs.
 * @export
 * @interface Fee
 */
export interface Fee {
    /**
     * Minor units: 9900 is ¥99.00.
     */
    amount: number;
    /**
     * The currency, as an ISO 4217 code.
     */
    currency: string;
}
/**
 * One wrong field: a JSON pointer into the body, or a parameter of the address.
 * @export
 * @interface FieldProblem
 */
export interface FieldProblem {
    /**
     * Where it stands in the body (RFC 6901).
     */
    pointer?: string;
    /**
     * Its name in the address.
     */
    parameter?: string;
    /**
     * What is wrong with it, for programs; stable.
     */
    code: string;
    /**
     * The same for people, in their language.
     */
    detail: string;
    /**
     * What `detail` is made of, for texts of one's own.
     */
    params: { [key: string]: any | null; };
}

/**
 * The media type of a file.
 * - `image/png`: A PNG picture.
 * - `image/jpeg`: A JPEG picture.
 * - `image/webp`: A WebP picture.
 * - `application/pdf`: A PDF document.
 * - `text/csv`: A table as CSV in UTF-8.
 * @export
 */
export const FileType = {
    image_png: 'image/png',
    image_jpeg: 'image/jpeg',
    image_webp: 'image/webp',
    application_pdf: 'application/pdf',
    text_csv: 'text/csv',
} as const;
export type FileType = typeof FileType[keyof typeof FileType];

/**
 * Link the account elsewhere that the provider vouches for to oneself.
 * @export
 * @interface FinishAtWayBody
 */
export interface FinishAtWayBody {
    /**
     * The `code` that the provider sent along.
     */
    code: string;
    /**
     * What the provider sent back along; null for a mini program.
     */
    state?: string | null;
    /**
     * What the start answered for this browser alone; null: a mini program.
     */
    browser_secret?: string | null;
}
/**
 * Link a phone number, or an e-mail address if the account has none, by its sign-in code.
 * @export
 * @interface FinishSignIn
 */
export interface FinishSignIn {
    /**
     * The sign-in that the code was sent for.
     */
    challenge_id: string;
    /**
     * The eight digits from the mail; blanks do not matter.
     */
    code: string;
}
/**
 * One version of a community's application form; versions never change.
 * @export
 * @interface Form
 */
export interface Form {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The version of the form; each stays as it was.
     */
    form_version: number;
    /**
     * The application form, section by section.
     */
    form: Array<Section>;
    /**
     * When it was made.
     */
    created_at: string;
}
/**
 * What reviewers said of earlier answers, which counts no more.
 * @export
 * @interface FormerRound
 */
export interface FormerRound {
    /**
     * Which round it was, from 1.
     */
    number: number;
    /**
     * What its verdicts scored.
     */
    rubric: Array<Criterion>;
    /**
     * What reviewers said in it.
     */
    verdicts: Array<Verdict>;
}

/**
 * What became of what an order paid for.
 * - `none`: Nothing is paid, so nothing is given yet.
 * - `pending`: Paid; its owner is about to give it.
 * - `fulfilled`: The buyer has it.
 * - `refused`: It could not be given; the money goes back.
 * @export
 */
export const Fulfilment = {
    none: 'none',
    pending: 'pending',
    fulfilled: 'fulfilled',
    refused: 'refused',
} as const;
export type Fulfilment = typeof Fulfilment[keyof typeof Fulfilment];

/**
 * Give a membership that nobody pays for to the person behind an address; nobody is vetted.
 * @export
 * @interface GiveMembershipBody
 */
export interface GiveMembershipBody {
    /**
     * Whose address it is; they need no account yet.
     */
    email: string;
    /**
     * On sale; the term is as long.
     */
    plan_id: string;
    /**
     * Why; staff read it, the member does not.
     */
    reason: string;
}
/**
 * Give a member a further term that nobody pays for; it begins as a renewal would.
 * @export
 * @interface GiveTermBody
 */
export interface GiveTermBody {
    /**
     * On sale; the term is as long.
     */
    plan_id: string;
    /**
     * Why; staff read it, the member does not.
     */
    reason: string;
}
/**
 * Make the person behind an address an operator of the system.
 * @export
 * @interface GrantOperator
 */
export interface GrantOperator {
    /**
     * Whose address it is; they need no account yet.
     */
    email: string;
}
/**
 * Give money back as it was asked for, by the policy or another amount.
 * @export
 * @interface GrantRefundRequestBody
 */
export interface GrantRefundRequestBody {
    /**
     * Null: what the policy said when it was asked for, less what was given back since; what was paid for ends by it. An amount is goodwill: nothing ends unless all is given back.
     */
    amount?: Money | null;
    /**
     * Kept with the refund and shown to the payer.
     */
    words?: string;
}
/**
 * Give a role to the person behind an address.
 * @export
 * @interface GrantRoleBody
 */
export interface GrantRoleBody {
    /**
     * Whose address it is; they need no account yet.
     */
    email: string;
    /**
     * What they may do from now on.
     */
    role: GrantableRole;
}



/**
 * What somebody may do in a community; owners grant it.
 * - `owner`: Runs the community: settings, prices, roles, money.
 * - `reviewer`: Decides about applications.
 * - `host`: Holds meetups and gives seats.
 * - `treasurer`: Looks after orders, transfers and refunds.
 * - `scanner`: Checks people in at the door.
 * @export
 */
export const GrantableRole = {
    owner: 'owner',
    reviewer: 'reviewer',
    host: 'host',
    treasurer: 'treasurer',
    scanner: 'scanner',
} as const;
export type GrantableRole = typeof GrantableRole[keyof typeof GrantableRole];

/**
 * Somebody with a seat, as the door sees them; `id` is the registration's.
 * @export
 * @interface Guest
 */
export interface Guest {
    /**
     * The id of the registration.
     */
    id: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * Where the registration stands.
     */
    state: RegistrationState;
    /**
     * When they came; null: not yet.
     */
    checked_in_at: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * A page: who has a seat at a meetup and who is there, by name, for the door.
 * @export
 * @interface GuestsPage
 */
export interface GuestsPage {
    /**
     * What is on this page.
     */
    items: Array<Guest>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: who changed it, when and how, newest first; what was archived is not there any more.
 * @export
 * @interface HistoryPage
 */
export interface HistoryPage {
    /**
     * What is on this page.
     */
    items: Array<Change>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * All of a person, ten at most besides the address, which is changed, not unlinked; null for who has none.
 * @export
 * @interface Identities
 */
export interface Identities {
    /**
     * The mail address, which is changed and not unlinked; null: there is none.
     */
    email: string | null;
    /**
     * The ways besides the address.
     */
    identities: Array<Identity>;
}
/**
 * A way by which its person can sign in besides their address.
 * @export
 * @interface Identity
 */
export interface Identity {
    /**
     * Its id.
     */
    id: string;
    /**
     * `phone`, or the `name` of the way as `list_ways` has it.
     */
    way: string;
    /**
     * The phone number, or what the person is called there.
     */
    label: string;
    /**
     * When it was linked.
     */
    linked_at: string;
}
/**
 * The import of a file: how far it is and how its rows fared.
 * @export
 * @interface Import
 */
export interface Import {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Whether rows are only tried, and nothing is changed.
     */
    dry_run: boolean;
    /**
     * How far the import is.
     */
    state: ImportState;
    /**
     * How many there are; null while an uploaded file is read through.
     */
    rows: number | null;
    /**
     * How many rows went through.
     */
    accepted: number;
    /**
     * How many rows were refused.
     */
    refused: number;
    /**
     * The number of who joins next after this import; far beyond the others, one number of the file is wrong; null while an uploaded file is read through.
     */
    next_number: number | null;
    /**
     * Why it `failed`; null also where it did not get on for a day.
     */
    failure?: ImportFailure | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
}


/**
 * Why a file could not be read: a code of errors or of fields, what it is about, and what it says in the reader's language.
 * @export
 * @interface ImportFailure
 */
export interface ImportFailure {
    /**
     * What is wrong with the file, for programs.
     */
    code: string;
    /**
     * What the texts of the code are filled with, by name.
     */
    params: { [key: string]: any | null; };
    /**
     * What it says in the reader's language.
     */
    detail?: string;
}
/**
 * What became of one line of the file (the header is line 1).
 * @export
 * @interface ImportRow
 */
export interface ImportRow {
    /**
     * The line of the file; its heading is line 1.
     */
    line: number;
    /**
     * The member's number as the row says; null: it says none.
     */
    number: number | null;
    /**
     * What became of the row.
     */
    result: RowResult;
    /**
     * What is wrong with it.
     */
    problems: Array<RowProblem>;
    /**
     * The membership that was made of it; null: none.
     */
    membership_id: string | null;
}


/**
 * A page: the result of each row of an import, in the order of the file.
 * @export
 * @interface ImportRowsPage
 */
export interface ImportRowsPage {
    /**
     * What is on this page.
     */
    items: Array<ImportRow>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}

/**
 * How far an import is.
 * - `running`: Rows are still being read.
 * - `done`: Every row has its result.
 * - `failed`: The file could not be read; nothing was changed.
 * @export
 */
export const ImportState = {
    running: 'running',
    done: 'done',
    failed: 'failed',
} as const;
export type ImportState = typeof ImportState[keyof typeof ImportState];

/**
 * Import existing members from a CSV file that was uploaded, or try it (dry run).
 * @export
 * @interface ImportUploadBody
 */
export interface ImportUploadBody {
    /**
     * Try every row and change nothing; the file stays for a day.
     */
    dry_run?: boolean;
}
/**
 * What a reviewer needs from the applicant, and about which questions.
 * @export
 * @interface InfoRequest
 */
export interface InfoRequest {
    /**
     * What the reviewer wants to know.
     */
    message: string;
    /**
     * The keys of the questions that are reopened; none: all.
     */
    questions: Array<string>;
    /**
     * When it was asked.
     */
    at: string;
}
/**
 * A link of an owner, with what became of who came by it; of applications, a page of these counts 20,000 at most.
 * @export
 * @interface Invitation
 */
export interface Invitation {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who made the invitation.
     */
    inviter_id: string;
    /**
     * By what owners tell their invitations apart.
     */
    label: string;
    /**
     * What its link carries; whoever has it may apply by it.
     */
    code: string;
    /**
     * The plan that who comes by it applies for; null: any.
     */
    plan_id: string | null;
    /**
     * How many people may apply by it.
     */
    uses: number;
    /**
     * How many uses are taken and were not given back.
     */
    used: number;
    /**
     * Whether it approves who comes by it, where the policy allows that.
     */
    skips_review: boolean;
    /**
     * How many began an application by it.
     */
    begun: number;
    /**
     * How many of them handed it in.
     */
    submitted: number;
    /**
     * How many of them were approved at least once.
     */
    approved: number;
    /**
     * How many of them joined.
     */
    joined: number;
    /**
     * How many gave their use back: their application ended unapproved.
     */
    given_back: number;
    /**
     * From when on nobody begins by it.
     */
    expires_at: string;
    /**
     * When it was revoked; null: it was not.
     */
    revoked_at: string | null;
    /**
     * When it was made.
     */
    created_at: string;
}
/**
 * A page: the invitations of a community, newest first, with what became of who came by them.
 * @export
 * @interface InvitationsPage
 */
export interface InvitationsPage {
    /**
     * What is on this page.
     */
    items: Array<Invitation>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * By which invitation somebody came, and whether it approved them; shown to staff only.
 * @export
 * @interface Invited
 */
export interface Invited {
    /**
     * The invitation.
     */
    invitation_id: string;
    /**
     * Who made the invitation.
     */
    inviter_id: string;
    /**
     * Whether the invitation approved them, without a review.
     */
    approved: boolean;
}
/**
 * How far somebody has come from the approval, or the beginning of a renewal, to access; put together when it is read.
 * @export
 * @interface Join
 */
export interface Join {
    /**
     * Its id, that of what is to be paid.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The person that it is about.
     */
    person_id: string;
    /**
     * What it is for.
     */
    purpose: JoinPurpose;
    /**
     * Where it stands as a whole.
     */
    state: JoinState;
    /**
     * Its steps in their order.
     */
    steps: Array<JoinStep>;
    /**
     * The application that it began with; null: it renews.
     */
    application_id: string | null;
    /**
     * The membership that it begins or prolongs.
     */
    membership_id: string;
    /**
     * The term that it leads to.
     */
    term_id: string;
    /**
     * The plan of the term; null: none is named yet.
     */
    plan_id: string | null;
    /**
     * The order that is open or paid for it; null: none.
     */
    order_id: string | null;
    /**
     * Until when it can be paid; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * The first day of the term; null until it is paid.
     */
    starts_on: string | null;
    /**
     * The last day of the term; null until it is paid.
     */
    ends_on: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}



/**
 * Whether somebody becomes a member or stays one.
 * - `join`: They become a member.
 * - `renew`: They have another term.
 * @export
 */
export const JoinPurpose = {
    join: 'join',
    renew: 'renew',
} as const;
export type JoinPurpose = typeof JoinPurpose[keyof typeof JoinPurpose];


/**
 * Where a join stands as a whole.
 * - `under_way`: Something is still to come.
 * - `done`: The term begins or began, and was told of.
 * - `ended`: It came to nothing, or its term was taken back.
 * @export
 */
export const JoinState = {
    under_way: 'under_way',
    done: 'done',
    ended: 'ended',
} as const;
export type JoinState = typeof JoinState[keyof typeof JoinState];

/**
 * One step of a join. `retried`: the system goes on trying by itself.
 * @export
 * @interface JoinStep
 */
export interface JoinStep {
    /**
     * Which step it is.
     */
    name: JoinStepName;
    /**
     * Where it stands.
     */
    state: JoinStepState;
    /**
     * When it was done; null: not yet, or it is not known.
     */
    at: string | null;
    /**
     * Until when it can be done; null: without an end.
     */
    deadline: string | null;
    /**
     * What it waits for; null: nothing, or steps before it.
     */
    waits_for: JoinWait | null;
    /**
     * Whether that is tried again by itself, until it is done.
     */
    retried: boolean;
}



/**
 * A step from the approval, or the beginning of a renewal, to access.
 * - `applied`: The application was handed in.
 * - `approved`: The application was approved.
 * - `payable`: The payment side knows what is to be paid.
 * - `ordered`: A price was accepted.
 * - `paid`: The money came.
 * - `begun`: The term has its dates and gives access.
 * - `announced`: Others were told of it, messages among them.
 * @export
 */
export const JoinStepName = {
    applied: 'applied',
    approved: 'approved',
    payable: 'payable',
    ordered: 'ordered',
    paid: 'paid',
    begun: 'begun',
    announced: 'announced',
} as const;
export type JoinStepName = typeof JoinStepName[keyof typeof JoinStepName];


/**
 * How far a step of a join is.
 * - `done`: The step is done.
 * - `current`: It is its turn; `waits_for` says what is missing.
 * - `waiting`: Steps before it are still to come.
 * - `failed`: It came to nothing.
 * - `skipped`: Not needed, or not possible any more.
 * - `unavailable`: The payment side is away and knows it alone; ask again later.
 * @export
 */
export const JoinStepState = {
    done: 'done',
    current: 'current',
    waiting: 'waiting',
    failed: 'failed',
    skipped: 'skipped',
    unavailable: 'unavailable',
} as const;
export type JoinStepState = typeof JoinStepState[keyof typeof JoinStepState];


/**
 * What a step of a join waits for.
 * - `payer`: The person pays; `actions` says how.
 * - `provider`: The provider says whether money came before the order ends.
 * - `publication`: What is to be told has not left this side yet.
 * - `message`: The other side has not answered what it was told.
 * - `refund`: The money goes back.
 * @export
 */
export const JoinWait = {
    payer: 'payer',
    provider: 'provider',
    publication: 'publication',
    message: 'message',
    refund: 'refund',
} as const;
export type JoinWait = typeof JoinWait[keyof typeof JoinWait];

/**
 * What an application that is handed in now would be answered. `next_step` and `deadline` are those of `…/me`, and nothing where it is not possible.
 * @export
 * @interface Joining
 */
export interface Joining {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Whether an application would be taken.
     */
    possible: boolean;
    /**
     * The code by which it would be refused, null: it would be taken; `membership.joining_not_possible` whatever keeps them out.
     */
    code: string | null;
    /**
     * What the refusal would say; null: it would be taken.
     */
    words: string | null;
    /**
     * What they do next; null: nothing.
     */
    next_step: NextStep | null;
    /**
     * Until when the next step goes; after a rejection, from when on they may apply again; null: without an end.
     */
    deadline: string | null;
    /**
     * Their newest application; null: none.
     */
    application_id: string | null;
    /**
     * Their membership; null: none.
     */
    membership_id: string | null;
    /**
     * The plans on sale; with several an application names one.
     */
    plan_ids: Array<string>;
    /**
     * What keeps nobody from applying, but is good to know.
     */
    notes: Array<JoiningNote>;
    /**
     * Why their last application was rejected; null: none was.
     */
    rejection: Rejection | null;
}



/**
 * What is good to know before applying.
 * - `no_plan_on_sale`: Nothing can be paid yet: who is approved waits for a plan.
 * - `form_changed`: The draft answers an earlier form, by which it can be handed in.
 * @export
 */
export const JoiningNote = {
    no_plan_on_sale: 'no_plan_on_sale',
    form_changed: 'form_changed',
} as const;
export type JoiningNote = typeof JoiningNote[keyof typeof JoiningNote];


/**
 * What an API key is good for; those of operators for the keys of operators alone.
 * - `communities:read`: Read the community, its form, policy, figures and history.
 * - `communities:write`: Change the community: its settings and its form.
 * - `roles:read`: Read who holds which role, and how they came by it.
 * - `applications:read`: Read applications.
 * - `reviews:read`: Read what waits for a decision.
 * - `memberships:read`: Read memberships, lists of members, and imports.
 * - `memberships:write`: Change what is kept of members, and import some.
 * - `meetups:read`: Read meetups, their numbers and history.
 * - `meetups:host`: Draft, publish, change and call off meetups, give seats, check people in.
 * - `registrations:read`: Read registrations, and who has a seat.
 * - `payments:read`: Read coupons, orders, transfers, refunds, accounts and books.
 * - `payments:write`: Change plans and coupons.
 * - `notifications:read`: Read what was delivered, in figures.
 * - `requests:read`: Look up what was answered to one's requests.
 * - `operators:read`: Read what operators read.
 * @export
 */
export const KeyScope = {
    communities_read: 'communities:read',
    communities_write: 'communities:write',
    roles_read: 'roles:read',
    applications_read: 'applications:read',
    reviews_read: 'reviews:read',
    memberships_read: 'memberships:read',
    memberships_write: 'memberships:write',
    meetups_read: 'meetups:read',
    meetups_host: 'meetups:host',
    registrations_read: 'registrations:read',
    payments_read: 'payments:read',
    payments_write: 'payments:write',
    notifications_read: 'notifications:read',
    requests_read: 'requests:read',
    operators_read: 'operators:read',
} as const;
export type KeyScope = typeof KeyScope[keyof typeof KeyScope];

/**
 * Price = base + step × floor((n − places_before) / every), capped.
 * @export
 * @interface Ladder
 */
export interface Ladder {
    /**
     * Minor units by which the price rises.
     */
    step: number;
    /**
     * Places sold at one price.
     */
    every: number;
    /**
     * Members before the sale: places not counted.
     */
    places_before?: number;
    /**
     * Minor units above which the price does not rise; at least the base price; null = no bound.
     */
    cap?: number | null;
}
/**
 * The ladder's price: `base`, and `rise` more for each `every` places before this `step`.
 * @export
 * @interface LadderStep
 */
export interface LadderStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: LadderStepRuleEnum;
    /**
     * The step of the ladder, 0 for the first.
     */
    step: number;
    /**
     * The price of the ladder's first step, in minor units.
     */
    base: number;
    /**
     * By how much each step is dearer than the one before, in minor units.
     */
    rise: number;
    /**
     * How many places a step of the ladder has.
     */
    every: number;
    /**
     * The price of this step, in minor units.
     */
    amount: number;
}


/**
 * @export
 */
export const LadderStepRuleEnum = {
    ladder: 'ladder',
} as const;
export type LadderStepRuleEnum = typeof LadderStepRuleEnum[keyof typeof LadderStepRuleEnum];

/**
 * An order in short; `display_name` is null for who has not said it, and for all while membership is away.
 * @export
 * @interface LatestOrder
 */
export interface LatestOrder {
    /**
     * Its id.
     */
    id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines: Array<PricedLine>;
    /**
     * Where it stands.
     */
    state: OrderState;
    /**
     * What is paid: the list price without the discount.
     */
    total: Money;
    /**
     * What went back so far.
     */
    refunded: Money;
    /**
     * When it was paid; null: not yet.
     */
    paid_at: string | null;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * Balances per account (debit positive); `sum` is zero, always.
 * @export
 * @interface LedgerSummary
 */
export interface LedgerSummary {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What stands on each account.
     */
    balances: Array<AccountBalance>;
    /**
     * The sum of all balances, which is 0.
     */
    sum: number;
    /**
     * How many entries there are.
     */
    entries: number;
}
/**
 * One line of a price of its own: so much each.
 * @export
 * @interface LineStep
 */
export interface LineStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: LineStepRuleEnum;
    /**
     * What it is, such as `seat`.
     */
    kind: string;
    /**
     * What one of it costs, in minor units.
     */
    amount: number;
    /**
     * How many of it.
     */
    quantity: number;
}


/**
 * @export
 */
export const LineStepRuleEnum = {
    line: 'line',
} as const;
export type LineStepRuleEnum = typeof LineStepRuleEnum[keyof typeof LineStepRuleEnum];


/**
 * What a message is about.
 * - `application`: An application.
 * - `membership`: A membership.
 * - `order`: An order.
 * - `registration`: A registration for a meetup.
 * @export
 */
export const LinkKind = {
    application: 'application',
    membership: 'membership',
    order: 'order',
    registration: 'registration',
} as const;
export type LinkKind = typeof LinkKind[keyof typeof LinkKind];

/**
 * What the link lets somebody act on.
 * @export
 * @interface LinkObject
 */
export interface LinkObject {
    /**
     * What sort of object it is.
     */
    kind: LinkedKind;
    /**
     * The id of the object.
     */
    id: string;
}



/**
 * What a signed link lets its person do.
 * - `pay`: Pay for a purchase.
 * - `renew`: Renew a membership, and pay for it.
 * - `decline`: Leave a seat to others.
 * @export
 */
export const LinkPurpose = {
    pay: 'pay',
    renew: 'renew',
    decline: 'decline',
} as const;
export type LinkPurpose = typeof LinkPurpose[keyof typeof LinkPurpose];

/**
 * What was linked, and where its person goes on.
 * @export
 * @interface LinkedAtWay
 */
export interface LinkedAtWay {
    /**
     * What was linked.
     */
    identity: Identity;
    /**
     * The page from which the person came; null for a mini program.
     */
    return_to: string | null;
}

/**
 * The kind of object that a signed link acts on.
 * - `purchase`: What is to be paid.
 * - `membership`: The membership that is renewed.
 * - `registration`: The registration whose seat is given up.
 * - `offer`: The seat that is offered.
 * @export
 */
export const LinkedKind = {
    purchase: 'purchase',
    membership: 'membership',
    registration: 'registration',
    offer: 'offer',
} as const;
export type LinkedKind = typeof LinkedKind[keyof typeof LinkedKind];

/**
 * Where the community's own site shows objects, by kind.
 * @export
 * @interface Links
 */
export interface Links {
    /**
     * Where it shows an application, with `{id}` for its id; null: nowhere.
     */
    application: string | null;
    /**
     * Where it shows a membership, with `{id}` for its id; null: nowhere.
     */
    membership: string | null;
    /**
     * Where it shows an order, with `{id}` for its id; null: nowhere.
     */
    order: string | null;
    /**
     * Where it shows a registration, with `{id}` for its id; null: nowhere.
     */
    registration: string | null;
}
/**
 * Where the community's own site shows objects; what is left out stays.
 * @export
 * @interface LinksChange
 */
export interface LinksChange {
    /**
     * Https, with {id} once in its path or query; null takes it away.
     */
    application?: string | null;
    /**
     * Https, with {id} once in its path or query; null takes it away.
     */
    membership?: string | null;
    /**
     * Https, with {id} once in its path or query; null takes it away.
     */
    order?: string | null;
    /**
     * Https, with {id} once in its path or query; null takes it away.
     */
    registration?: string | null;
}
/**
 * 
 * @export
 * @interface ListedApplication
 */
export interface ListedApplication {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The applicant.
     */
    person_id: string;
    /**
     * Where the application stands.
     */
    state: ApplicationState;
    /**
     * The one applied for, null: none; the purchase says what is paid for.
     */
    plan_id?: string | null;
    /**
     * By which way they came; null: not said.
     */
    source?: string | null;
    /**
     * The version of the form that it answers.
     */
    form_version: number;
    /**
     * The answers by key of their question: a text, a number, or a list of options or uploads.
     */
    answers: { [key: string]: any | null; };
    /**
     * When it was first handed in; null: not yet.
     */
    submitted_at: string | null;
    /**
     * What a reviewer wants to know; null: nothing.
     */
    info_request: InfoRequest | null;
    /**
     * What reviewers said in this round; shown to staff only.
     */
    verdicts: Array<Verdict>;
    /**
     * Which round of review it is in, from 1; null: none yet, or not told.
     */
    round?: number | null;
    /**
     * What verdicts of this round score.
     */
    rubric?: Array<Criterion>;
    /**
     * What was said of earlier answers.
     */
    former_rounds?: Array<FormerRound>;
    /**
     * Whether the caller sees what others said only after their own verdict.
     */
    blind?: boolean;
    /**
     * Who declared a conflict of interest.
     */
    conflicts?: Array<string>;
    /**
     * Whether an owner has to decide, since reviewers cannot.
     */
    needs_owner?: boolean;
    /**
     * What an owner decided then; null: nothing.
     */
    owner_decision?: OwnerDecision | null;
    /**
     * What members said for the applicant; shown to staff only.
     */
    vouches?: Array<Vouch>;
    /**
     * By whose invitation they came, for staff; null: by none.
     */
    invitation?: Invited | null;
    /**
     * Why it was rejected; null: it was not.
     */
    rejection: Rejection | null;
    /**
     * When a decision is due, for staff alone; null: none is waited for, no time is set, or it is the reader's own.
     */
    decide_by?: string | null;
    /**
     * Until when the approved applicant pays; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * The membership that it led to; null: none yet.
     */
    membership_id: string | null;
    /**
     * What is to be paid to join; null: nothing yet.
     */
    purchase_id: string | null;
    /**
     * The reviewer who looks at it; null: nobody.
     */
    claimed_by: string | null;
    /**
     * Until when that holds.
     */
    claimed_until: string | null;
    /**
     * What the screening rules said; null: nothing yet, or not for the reader.
     */
    screening?: Screened | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ListedMembership
 */
export interface ListedMembership {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The member.
     */
    person_id: string;
    /**
     * The member's number in the community; null before the first paid term.
     */
    number: number | null;
    /**
     * Where the membership stands.
     */
    state: MembershipState;
    /**
     * The first day of membership; null before it.
     */
    joined_on: string | null;
    /**
     * The newest term, which may begin later; null: none yet.
     */
    term: Term | null;
    /**
     * The last day with access when the term is not renewed; null: no term yet.
     */
    grace_ends_on: string | null;
    /**
     * The member's segment, out of the list that the form offers; null: not said.
     */
    segment: string | null;
    /**
     * The member's city; null: not said.
     */
    city: string | null;
    /**
     * Where the member works; null: not said.
     */
    company?: string | null;
    /**
     * The community's own fields, by name.
     */
    details?: { [key: string]: string; };
    /**
     * That the community keeps the member out; null: it does not.
     */
    suspension?: Suspension | null;
    /**
     * That the term is put aside; null: it is not.
     */
    pause?: Pause | null;
    /**
     * Whether it ends with its term, because the member wants so.
     */
    cancels_at_end?: boolean;
    /**
     * The first day without it, where it was ended; null: it was not.
     */
    ended_on?: string | null;
    /**
     * Why the community ended it; null: it did not.
     */
    end_reason?: string | null;
    /**
     * What is to be paid next; null: nothing.
     */
    purchase_id: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * Why the community gave `term`; null: it did not.
     */
    given_because?: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ListedOrder
 */
export interface ListedOrder {
    /**
     * Before coupons: what the lines come to.
     */
    list_price?: Money | null;
    /**
     * What the coupon takes off.
     */
    discount?: Money | null;
    /**
     * What is paid: list price less discount.
     */
    total: Money;
    /**
     * The code that counts; null: none.
     */
    coupon_code?: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * How the price came about, step by step; amounts in minor units.
     */
    trace: Array<QuoteTraceInner>;
    /**
     * Its id.
     */
    id: string;
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * The quote that it was made of; null: it was ordered without one.
     */
    quote_id: string | null;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for; null of earlier versions.
     */
    subject?: Subject | null;
    /**
     * The plan that is paid for; null where `lines` say what is.
     */
    plan_id: string | null;
    /**
     * Where the money of the order stands.
     */
    state: OrderState;
    /**
     * What became of what it paid for.
     */
    fulfilment: Fulfilment;
    /**
     * What went back so far.
     */
    refunded: Money;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * The attempts to pay, oldest first.
     */
    payments: Array<Payment>;
    /**
     * What goes back, oldest first.
     */
    refunds: Array<Refund>;
    /**
     * The request for a refund that is open; null: none.
     */
    refund_request_id?: string | null;
    /**
     * The number of the receipt, without gaps in its community; null before it is paid.
     */
    receipt_number: string | null;
    /**
     * Until when it can be paid.
     */
    expires_at: string;
    /**
     * When the money came, as the provider says; null: not yet.
     */
    paid_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last; attempts and refunds under way do not count; null of earlier versions.
     */
    updated_at?: string | null;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ListedRefundRequest
 */
export interface ListedRefundRequest {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * Where the request stands.
     */
    state: RefundRequestState;
    /**
     * Why the payer asks, in their words; empty: they do not say.
     */
    why: string;
    /**
     * What the terms of the order give back, as of when it was asked for.
     */
    policy_amount: Money;
    /**
     * The share of what was paid, in percent.
     */
    policy_percent: string;
    /**
     * A grant without an amount ends what was paid for; false where the policy gives nothing back.
     */
    gives_up?: boolean;
    /**
     * What who decided wrote to the payer; empty: nothing.
     */
    words: string;
    /**
     * By which it was granted; null: it was not.
     */
    refund_id: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ListedRegistration
 */
export interface ListedRegistration {
    /**
     * Its id.
     */
    id: string;
    /**
     * The meetup that it belongs to.
     */
    meetup_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who wants to attend.
     */
    person_id: string;
    /**
     * Where the registration stands.
     */
    state: RegistrationState;
    /**
     * When they registered.
     */
    applied_at: string;
    /**
     * Until when the seat is kept for them; null: none is.
     */
    confirm_by: string | null;
    /**
     * Their place in the queue, from 1; null: they do not wait.
     */
    position: number | null;
    /**
     * A seat that came free and is kept for them; null: none.
     */
    offer: EventsOffer | null;
    /**
     * What takes the seat once it is paid; null: nothing is to be paid.
     */
    payable?: SeatToPay | null;
    /**
     * The order that paid for the seat; null: none did.
     */
    order_id?: string | null;
    /**
     * When they came; null: not yet.
     */
    checked_in_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ListedTransfer
 */
export interface ListedTransfer {
    /**
     * The payment that it belongs to.
     */
    payment_id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the payer writes on the transfer: 8 letters and digits.
     */
    reference: string;
    /**
     * Where the transfer stands.
     */
    state: TransferState;
    /**
     * What is to be transferred.
     */
    amount: Money;
    /**
     * What came so far.
     */
    received: Money;
    /**
     * What of it goes back to the payer.
     */
    returned: Money;
    /**
     * What was found on the account, oldest first.
     */
    receipts: Array<Receipt>;
    /**
     * What one person said and a second one has to say likewise; null: nothing.
     */
    claim: Receipt | null;
    /**
     * Until when the money has to be there.
     */
    expires_at: string;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}



/**
 * A language of texts and mails.
 * - `zh-CN`: Simplified Chinese.
 * - `en`: English.
 * @export
 */
export const Locale = {
    zh_CN: 'zh-CN',
    en: 'en',
} as const;
export type Locale = typeof Locale[keyof typeof Locale];

/**
 * A request and what was answered to it.
 * @export
 * @interface LoggedRequest
 */
export interface LoggedRequest {
    /**
     * When it happened.
     */
    at: string;
    /**
     * The HTTP method.
     */
    method: string;
    /**
     * The address with names in the place of ids; `none` where nothing is.
     */
    route: string;
    /**
     * The HTTP status.
     */
    status: number;
    /**
     * The code of the error; null: it was none.
     */
    code: string | null;
    /**
     * Milliseconds until the answer began.
     */
    ms: number;
    /**
     * The person or the API key; null: nobody whom we know.
     */
    actor_id: string | null;
    /**
     * The network that it came from.
     */
    source: string;
}
/**
 * 
 * @export
 * @interface MadeApiKey
 */
export interface MadeApiKey {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community, or `system`: it is an operator's, for all.
     */
    community_id: string;
    /**
     * What it is for.
     */
    name: string;
    /**
     * Its first characters, to tell keys apart.
     */
    hint: string;
    /**
     * The roles that it holds in the community; `operator` in the whole system.
     */
    roles: Array<string>;
    /**
     * What it is good for; each operation names its own.
     */
    scopes: Array<string>;
    /**
     * Whether the key is still taken.
     */
    state: ApiKeyState;
    /**
     * Who made it.
     */
    made_by: string;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it ends by itself.
     */
    expires_at: string;
    /**
     * When it was used last, to within an hour; null: never yet.
     */
    last_used_at: string | null;
    /**
     * When it was revoked; null: it was not.
     */
    revoked_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * Send it as `Authorization: Bearer …`; keep it as a secret.
     */
    key: string;
}


/**
 * 
 * @export
 * @interface Me
 */
export interface Me {
    /**
     * The person's id.
     */
    id: string;
    /**
     * The mail address; null: they came by another way and linked none.
     */
    email: string | null;
    /**
     * What the person wants to be called.
     */
    name: string;
    /**
     * The language of mails and messages.
     */
    locale: string;
    /**
     * Whether they operate the whole system.
     */
    is_operator: boolean;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * By community, oldest first, 100 at most.
     */
    roles?: Array<RolesHeld> | null;
}
/**
 * 
 * @export
 * @interface Meetup
 */
export interface Meetup {
    /**
     * Its id.
     */
    id: string;
    /**
     * What the meetup is called.
     */
    title: string;
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * When it ends.
     */
    ends_at: string;
    /**
     * The IANA time zone of the place.
     */
    zone: string;
    /**
     * The city where it is.
     */
    city: string;
    /**
     * Where exactly it is; null for who may not know it.
     */
    address: string | null;
    /**
     * Where the meetup stands.
     */
    state: MeetupState;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What people read about it.
     */
    description: string;
    /**
     * How many seats there are.
     */
    capacity: number;
    /**
     * How many seats are neither taken nor on offer.
     */
    seats_free: number;
    /**
     * For how many hours a seat is kept for who was selected, or to whom it is offered.
     */
    hold_hours: number;
    /**
     * What a seat costs, in the community's currency; it is taken by paying; null = nothing.
     */
    fee?: Fee | null;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<RefundBracket>;
    /**
     * Why it was called off, in the words of its host; null: it was not.
     */
    cancel_reason: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
}


/**
 * How many meetups of a community are in each state.
 * @export
 * @interface MeetupCounts
 */
export interface MeetupCounts {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many there are in each state.
     */
    counts: { [key: string]: number; };
}
/**
 * When and where it is; `address` is null for who has no seat.
 * @export
 * @interface MeetupHead
 */
export interface MeetupHead {
    /**
     * Its id.
     */
    id: string;
    /**
     * What the meetup is called.
     */
    title: string;
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * When it ends.
     */
    ends_at: string;
    /**
     * The IANA time zone of the place.
     */
    zone: string;
    /**
     * The city where it is.
     */
    city: string;
    /**
     * Where exactly it is; null for who may not know it.
     */
    address: string | null;
    /**
     * Where the meetup stands.
     */
    state: MeetupState;
}



/**
 * Where a meetup stands.
 * - `draft`: Prepared; its hosts alone see it.
 * - `published`: Open: members register.
 * - `registration_closed`: Nobody registers any more; seats are given.
 * - `held`: It took place.
 * - `cancelled`: Called off.
 * @export
 */
export const MeetupState = {
    draft: 'draft',
    published: 'published',
    registration_closed: 'registration_closed',
    held: 'held',
    cancelled: 'cancelled',
} as const;
export type MeetupState = typeof MeetupState[keyof typeof MeetupState];

/**
 * A page: the meetups of a community by start.
 * @export
 * @interface MeetupsPage
 */
export interface MeetupsPage {
    /**
     * What is on this page.
     */
    items: Array<ShownMeetup>;
    /**
     * Whether the caller may read registrations and choose.
     */
    hosting?: boolean;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * `joined` and `lapsed` are of the days that were asked for, the others of today.
 * @export
 * @interface MemberFigures
 */
export interface MemberFigures {
    /**
     * How many have a term that runs.
     */
    active: number;
    /**
     * How many are past their term and may still renew.
     */
    grace: number;
    /**
     * How many have a term that ends within 30 days, none after.
     */
    expiring: number;
    /**
     * How many joined, up to 10000, whatever became of them.
     */
    joined: number;
    /**
     * How many were past their grace and did not come back.
     */
    lapsed: number;
}
/**
 * Somebody's standing in a community, from the approval on.
 * @export
 * @interface Membership
 */
export interface Membership {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The member.
     */
    person_id: string;
    /**
     * The member's number in the community; null before the first paid term.
     */
    number: number | null;
    /**
     * Where the membership stands.
     */
    state: MembershipState;
    /**
     * The first day of membership; null before it.
     */
    joined_on: string | null;
    /**
     * The newest term, which may begin later; null: none yet.
     */
    term: Term | null;
    /**
     * The last day with access when the term is not renewed; null: no term yet.
     */
    grace_ends_on: string | null;
    /**
     * The member's segment, out of the list that the form offers; null: not said.
     */
    segment: string | null;
    /**
     * The member's city; null: not said.
     */
    city: string | null;
    /**
     * Where the member works; null: not said.
     */
    company?: string | null;
    /**
     * The community's own fields, by name.
     */
    details?: { [key: string]: string; };
    /**
     * That the community keeps the member out; null: it does not.
     */
    suspension?: Suspension | null;
    /**
     * That the term is put aside; null: it is not.
     */
    pause?: Pause | null;
    /**
     * Whether it ends with its term, because the member wants so.
     */
    cancels_at_end?: boolean;
    /**
     * The first day without it, where it was ended; null: it was not.
     */
    ended_on?: string | null;
    /**
     * Why the community ended it; null: it did not.
     */
    end_reason?: string | null;
    /**
     * What is to be paid next; null: nothing.
     */
    purchase_id: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
}


/**
 * How many people are in each state today; exact, counted by the database.
 * @export
 * @interface MembershipCounts
 */
export interface MembershipCounts {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The day that it is true of, in the community's zone.
     */
    counted_on: string;
    /**
     * How many memberships are in each state.
     */
    memberships: { [key: string]: number; };
    /**
     * How many applications are in each state.
     */
    applications: { [key: string]: number; };
    /**
     * The number of who joins next.
     */
    next_number: number;
}
/**
 * Applications and memberships of a community in figures; periods of which there are none are left out. What happened in the last seconds may come a moment later.
 * @export
 * @interface MembershipReport
 */
export interface MembershipReport {
    /**
     * The community.
     */
    community_id: string;
    /**
     * The first day that was asked for.
     */
    since: string;
    /**
     * The last day that was asked for.
     */
    until: string;
    /**
     * How long the periods of series are; weeks begin on Monday.
     */
    by: ReportPeriod;
    /**
     * By the period of the first handing-in.
     */
    applications: Array<ReportedApplications>;
    /**
     * By the period of joining.
     */
    joinings: Array<ReportedJoining>;
    /**
     * Of all days, the 100 ways by which most came, then the rest.
     */
    sources: Array<ReportedSource>;
    /**
     * Who waits now, for how long; counted up to 10000, longest first.
     */
    queue: Array<WaitingFor>;
    /**
     * What the nights found, the last of each period; from the first that was kept.
     */
    states: Array<ReportedStates>;
    /**
     * By the month of joining.
     */
    retention: Array<ReportedRetention>;
}



/**
 * Where a membership stands.
 * - `pending_payment`: Approved and not paid yet: no access.
 * - `active`: A term runs: access.
 * - `grace`: The term is over and a renewal is awaited: still access.
 * - `expired`: Term and grace are over: no access.
 * - `suspended`: Held up by the community: no access.
 * - `cancelled`: Ended: never paid, refunded in full, by choice, or by the community.
 * - `paused`: Put aside for a while: no access.
 * @export
 */
export const MembershipState = {
    pending_payment: 'pending_payment',
    active: 'active',
    grace: 'grace',
    expired: 'expired',
    suspended: 'suspended',
    cancelled: 'cancelled',
    paused: 'paused',
} as const;
export type MembershipState = typeof MembershipState[keyof typeof MembershipState];

/**
 * A page: the memberships of a community, found by name or number, or in some order.
 * @export
 * @interface MembershipsPage
 */
export interface MembershipsPage {
    /**
     * What is on this page.
     */
    items: Array<ListedMembership>;
    /**
     * With `count`: how many there are on all pages, counted up to 10000; else null.
     */
    total?: number | null;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What a message is about, by the kind and id under which it is read.
 * @export
 * @interface MessageAbout
 */
export interface MessageAbout {
    /**
     * Of which kind it is.
     */
    kind: LinkKind;
    /**
     * Its id.
     */
    id: string;
}


/**
 * Minor units and currency.
 * @export
 * @interface Money
 */
export interface Money {
    /**
     * Minor units: 300000 is ¥3,000.00.
     */
    amount: number;
    /**
     * The currency, as an ISO 4217 code.
     */
    currency: string;
}
/**
 * 
 * @export
 * @interface MonthEarned
 */
export interface MonthEarned {
    /**
     * How many orders were paid.
     */
    orders: number;
    /**
     * At list prices.
     */
    gross: Money;
    /**
     * What coupons took off.
     */
    discounts: Money;
    /**
     * What went back of these orders.
     */
    refunds: Money;
    /**
     * What is left of it.
     */
    net: Money;
    /**
     * The month, as year and month: `2026-11`.
     */
    month: string;
}
/**
 * A page: the applications of the signed-in person, newest first.
 * @export
 * @interface MyApplicationsPage
 */
export interface MyApplicationsPage {
    /**
     * What is on this page.
     */
    items: Array<Application>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: where the signed-in person belongs, applied or works, and what comes next in each.
 * @export
 * @interface MyCommunitiesPage
 */
export interface MyCommunitiesPage {
    /**
     * What is on this page.
     */
    items: Array<MyCommunity>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A community where somebody belongs, applied or works. State, reason, next step, deadline, page and actions are those of `…/me` there, which also knows whether an order is open.
 * @export
 * @interface MyCommunity
 */
export interface MyCommunity {
    /**
     * Which community it is.
     */
    community: CommunityHead;
    /**
     * What they may do there as staff; empty: they are not of the staff.
     */
    roles: Array<string>;
    /**
     * Where they stand there.
     */
    state: PlaceState;
    /**
     * Why, in a code, as `get_my_place` has it; null: nothing is to be said.
     */
    reason: string | null;
    /**
     * What they do next; null: nothing.
     */
    next_step: NextStep | null;
    /**
     * Until when the next step goes, or access lasts; of a rejection, from when on they may apply again; null: without an end.
     */
    deadline: string | null;
    /**
     * The address of it on the community's own site; null: the community names none.
     */
    page: string | null;
    /**
     * Their membership; null: none.
     */
    membership: CardMembership | null;
    /**
     * Their newest application; null: none.
     */
    application: NewestApplication | null;
    /**
     * What they have to pay to become or stay a member; null: nothing.
     */
    due: PurchaseDue | null;
    /**
     * What waits for them as staff; null: they decide about nothing there.
     */
    waiting: WaitingWork | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * The data of an event in a person's stream: what has another version now, so that whoever shows it reads it again. `type` is what `subject` names: application, membership, purchase, order, refund_request, registration, notification, import; `reset`, with neither subject nor version, says that others may have been missed: read all that you show again. Later versions have more types.
 * @export
 * @interface MyEvent
 */
export interface MyEvent {
    /**
     * What `subject` names, or `reset`.
     */
    type: string;
    /**
     * The id of what has another version; null of `reset`.
     */
    subject: string | null;
    /**
     * The version that it has now; null of `reset`.
     */
    version: number | null;
}
/**
 * A page: the memberships of the signed-in person.
 * @export
 * @interface MyMembershipsPage
 */
export interface MyMembershipsPage {
    /**
     * What is on this page.
     */
    items: Array<Membership>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: the in-app inbox of the signed-in person, newest first.
 * @export
 * @interface MyNotificationsPage
 */
export interface MyNotificationsPage {
    /**
     * What is on this page.
     */
    items: Array<Notification>;
    /**
     * How many are not read yet, counted up to 100.
     */
    unread?: number;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * 
 * @export
 * @interface MyOrder
 */
export interface MyOrder {
    /**
     * Before coupons: what the lines come to.
     */
    list_price?: Money | null;
    /**
     * What the coupon takes off.
     */
    discount?: Money | null;
    /**
     * What is paid: list price less discount.
     */
    total: Money;
    /**
     * The code that counts; null: none.
     */
    coupon_code?: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * How the price came about, step by step; amounts in minor units.
     */
    trace: Array<QuoteTraceInner>;
    /**
     * Its id.
     */
    id: string;
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * The quote that it was made of; null: it was ordered without one.
     */
    quote_id: string | null;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for; null of earlier versions.
     */
    subject?: Subject | null;
    /**
     * The plan that is paid for; null where `lines` say what is.
     */
    plan_id: string | null;
    /**
     * Where the money of the order stands.
     */
    state: OrderState;
    /**
     * What became of what it paid for.
     */
    fulfilment: Fulfilment;
    /**
     * What went back so far.
     */
    refunded: Money;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * The attempts to pay, oldest first.
     */
    payments: Array<Payment>;
    /**
     * What goes back, oldest first.
     */
    refunds: Array<Refund>;
    /**
     * The request for a refund that is open; null: none.
     */
    refund_request_id?: string | null;
    /**
     * The number of the receipt, without gaps in its community; null before it is paid.
     */
    receipt_number: string | null;
    /**
     * Until when it can be paid.
     */
    expires_at: string;
    /**
     * When the money came, as the provider says; null: not yet.
     */
    paid_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last; attempts and refunds under way do not count; null of earlier versions.
     */
    updated_at?: string | null;
    /**
     * What its plan is called; null: it paid for no plan.
     */
    plan_name?: string | null;
    /**
     * Whom it paid; null while membership is away.
     */
    community?: CommunityHead | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * A page: the orders of the signed-in person, newest first.
 * @export
 * @interface MyOrdersPage
 */
export interface MyOrdersPage {
    /**
     * What is on this page.
     */
    items: Array<MyOrder>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: what the signed-in person can pay or has paid, newest first.
 * @export
 * @interface MyPurchasesPage
 */
export interface MyPurchasesPage {
    /**
     * What is on this page.
     */
    items: Array<NamedPurchase>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: the refunds that the signed-in person asked for, newest first.
 * @export
 * @interface MyRefundRequestsPage
 */
export interface MyRefundRequestsPage {
    /**
     * What is on this page.
     */
    items: Array<RefundRequest>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What somebody has at a meetup, and may do about it; `position` in the waitlist stands where one meetup is read, and is null in lists.
 * @export
 * @interface MyRegistration
 */
export interface MyRegistration {
    /**
     * Its id.
     */
    id: string;
    /**
     * Where the registration stands.
     */
    state: RegistrationState;
    /**
     * Until when the seat is kept for them; null: none is.
     */
    confirm_by: string | null;
    /**
     * Their place in the queue, from 1; null: they do not wait, or it stands in a list.
     */
    position: number | null;
    /**
     * A seat that came free and is kept for them; null: none.
     */
    offer: EventsOffer | null;
    /**
     * What takes the seat once it is paid; null: nothing is to be paid.
     */
    payable: SeatToPay | null;
    /**
     * The order that paid for the seat; null: none did.
     */
    order_id: string | null;
    /**
     * When they came; null: not yet.
     */
    checked_in_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * A page: the registrations of the signed-in person, newest first.
 * @export
 * @interface MyRegistrationsPage
 */
export interface MyRegistrationsPage {
    /**
     * What is on this page.
     */
    items: Array<RegistrationAtMeetup>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: where the signed-in person is signed in, newest first.
 * @export
 * @interface MySessionsPage
 */
export interface MySessionsPage {
    /**
     * What is on this page.
     */
    items: Array<Session>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A page: the caller's files that are kept now, newest first.
 * @export
 * @interface MyUploadsPage
 */
export interface MyUploadsPage {
    /**
     * What is on this page.
     */
    items: Array<UploadedFile>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What the caller said for an applicant; not what becomes of it.
 * @export
 * @interface MyVouch
 */
export interface MyVouch {
    /**
     * The application for which the caller vouches.
     */
    application_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the applicant is called; null: they have not said it.
     */
    display_name: string | null;
    /**
     * Why, in the caller's words.
     */
    words: string;
    /**
     * When the caller said it.
     */
    at: string;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}
/**
 * A page: for whom the caller vouches, newest application first.
 * @export
 * @interface MyVouchesPage
 */
export interface MyVouchesPage {
    /**
     * What is on this page.
     */
    items: Array<MyVouch>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What somebody is called who has said it.
 * @export
 * @interface Name
 */
export interface Name {
    /**
     * The person that it is about.
     */
    person_id: string;
    /**
     * What the person is called, as they say themselves.
     */
    display_name: string;
}
/**
 * 
 * @export
 * @interface NamedPurchase
 */
export interface NamedPurchase {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for, as its owner names it.
     */
    subject: Subject;
    /**
     * The plan that is paid for; null until one is named, and where `lines` say what is paid for.
     */
    plan_id: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * Why it is paid: `join`, `renew` or `attend`.
     */
    purpose: string;
    /**
     * Where the purchase stands.
     */
    state: PurchaseState;
    /**
     * The newest order of it; null: none yet.
     */
    order_id: string | null;
    /**
     * Until when it can be paid; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * What its plan is called now; null: none is named.
     */
    plan_name?: string | null;
}


/**
 * The newest application of somebody in a community, whatever became of it.
 * @export
 * @interface NewestApplication
 */
export interface NewestApplication {
    /**
     * Its id.
     */
    id: string;
    /**
     * Where the application stands.
     */
    state: ApplicationState;
}


/**
 * A meetup that is not over, as a dashboard shows it.
 * @export
 * @interface NextMeetup
 */
export interface NextMeetup {
    /**
     * Its id.
     */
    id: string;
    /**
     * What the meetup is called.
     */
    title: string;
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * The IANA time zone in which its days and hours are meant.
     */
    zone: string;
    /**
     * Where the meetup stands.
     */
    state: MeetupState;
    /**
     * How many seats there are.
     */
    capacity: number;
    /**
     * How many seats are neither taken nor on offer.
     */
    seats_free: number;
}



/**
 * What somebody does next to become or stay a member.
 * - `apply`: Start an application.
 * - `submit`: Hand the draft in.
 * - `wait`: Nothing: others decide.
 * - `answer`: Answer what the reviewer asked and hand it in again.
 * - `pay`: Pay what is open.
 * - `renew`: Renew the membership.
 * - `resume`: Resume the paused membership; by itself that happens at `deadline`.
 * @export
 */
export const NextStep = {
    apply: 'apply',
    submit: 'submit',
    wait: 'wait',
    answer: 'answer',
    pay: 'pay',
    renew: 'renew',
    resume: 'resume',
} as const;
export type NextStep = typeof NextStep[keyof typeof NextStep];

/**
 * What somebody of the staff noted; never shown to the applicant.
 * @export
 * @interface Note
 */
export interface Note {
    /**
     * Its id.
     */
    id: string;
    /**
     * The application that it belongs to.
     */
    application_id: string;
    /**
     * Who noted it.
     */
    author_id: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * What they noted.
     */
    text: string;
    /**
     * When it was made.
     */
    created_at: string;
}
/**
 * A page: the notes on an application, oldest first; only one's own where the review is blind until one's own verdict, and to who is too near.
 * @export
 * @interface NotesPage
 */
export interface NotesPage {
    /**
     * What is on this page.
     */
    items: Array<Note>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * A message in a person's in-app inbox, in the language that the reader asked for. `link` is the address of what it is about at the gateway, `page` on the community's own site.
 * @export
 * @interface Notification
 */
export interface Notification {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What it tells of, such as `application_approved`.
     */
    type: string;
    /**
     * What it is sorted by.
     */
    category: Category;
    /**
     * Its subject, in the reader's language.
     */
    title: string;
    /**
     * What it says, in the reader's language.
     */
    text: string;
    /**
     * The address of what it is about, at this API.
     */
    link: string;
    /**
     * What it is about; null of a kind that a newer version made.
     */
    about?: MessageAbout | null;
    /**
     * Null where the community names none for what it is about.
     */
    page?: string | null;
    /**
     * When it was marked as read; null: not yet.
     */
    read_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * A plan on sale and its public price now; null counts where it has one price for all.
 * @export
 * @interface OfferedPlan
 */
export interface OfferedPlan {
    /**
     * Its id.
     */
    id: string;
    /**
     * What the plan is called.
     */
    name: string;
    /**
     * What the plan gives, for who chooses.
     */
    description: string;
    /**
     * A word for what it gives, for standings and integrators; empty: none.
     */
    tier: string;
    /**
     * How many months one payment gives.
     */
    period_months: number;
    /**
     * What who buys now pays before coupons.
     */
    price: Money;
    /**
     * The step of the ladder, 0 for the first, and without one.
     */
    step: number;
    /**
     * How many places are left at this price; null: any number.
     */
    places_left: number | null;
    /**
     * The price after that; null: it does not rise.
     */
    next_price: Money | null;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets: Array<TermBracket>;
}
/**
 * 
 * @export
 * @interface OfferingCommunity
 */
export interface OfferingCommunity {
    /**
     * Its id.
     */
    id: string;
    /**
     * Its short name, unique in the system, for addresses.
     */
    slug: string;
    /**
     * What the community is called.
     */
    name: string;
    /**
     * The IANA time zone of its days and deadlines.
     */
    zone: string;
    /**
     * The language in which the community writes to people.
     */
    locale: string;
    /**
     * The currency of all its prices.
     */
    currency: string;
    /**
     * What the community says of itself.
     */
    description: string;
}

/**
 * What becomes of a quote with a code that does not count.
 * - `error`: The quote is refused; nothing is held or changed.
 * - `ignore`: The price is without it, and `coupons` says why.
 * @export
 */
export const OnRefused = {
    error: 'error',
    ignore: 'ignore',
} as const;
export type OnRefused = typeof OnRefused[keyof typeof OnRefused];

/**
 * Open an attempt to pay with a provider and say where the payer goes.
 * @export
 * @interface OpenPaymentBody
 */
export interface OpenPaymentBody {
    /**
     * By whom the payer wants to pay.
     */
    provider: Provider;
    /**
     * Where the payer goes afterwards, at one of the community's `link_hosts`; `order_id` is added to its query. An attempt that is under way keeps its first ones.
     */
    return_url?: string | null;
    /**
     * Where the payer goes who gives up, at one of the community's `link_hosts`; `order_id` is added to its query. An attempt that is under way keeps its first ones.
     */
    cancel_url?: string | null;
}


/**
 * One thing to poll: the money's state and, in `fulfilment`, what the owner made of it.
 * @export
 * @interface Order
 */
export interface Order {
    /**
     * Before coupons: what the lines come to.
     */
    list_price?: Money | null;
    /**
     * What the coupon takes off.
     */
    discount?: Money | null;
    /**
     * What is paid: list price less discount.
     */
    total: Money;
    /**
     * The code that counts; null: none.
     */
    coupon_code?: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * How the price came about, step by step; amounts in minor units.
     */
    trace: Array<QuoteTraceInner>;
    /**
     * Its id.
     */
    id: string;
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * The quote that it was made of; null: it was ordered without one.
     */
    quote_id: string | null;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for; null of earlier versions.
     */
    subject?: Subject | null;
    /**
     * The plan that is paid for; null where `lines` say what is.
     */
    plan_id: string | null;
    /**
     * Where the money of the order stands.
     */
    state: OrderState;
    /**
     * What became of what it paid for.
     */
    fulfilment: Fulfilment;
    /**
     * What went back so far.
     */
    refunded: Money;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * The attempts to pay, oldest first.
     */
    payments: Array<Payment>;
    /**
     * What goes back, oldest first.
     */
    refunds: Array<Refund>;
    /**
     * The request for a refund that is open; null: none.
     */
    refund_request_id?: string | null;
    /**
     * The number of the receipt, without gaps in its community; null before it is paid.
     */
    receipt_number: string | null;
    /**
     * Until when it can be paid.
     */
    expires_at: string;
    /**
     * When the money came, as the provider says; null: not yet.
     */
    paid_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last; attempts and refunds under way do not count; null of earlier versions.
     */
    updated_at?: string | null;
}


/**
 * How many orders of a community are in each state.
 * @export
 * @interface OrderCounts
 */
export interface OrderCounts {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many there are in each state.
     */
    counts: { [key: string]: number; };
}
/**
 * Order a purchase at the price that the buyer saw; the order stays open for 30 minutes.
 * @export
 * @interface OrderPurchaseBody
 */
export interface OrderPurchaseBody {
    /**
     * Tried in this order, in any case and width, blanks in them left out; the first that may be used applies.
     */
    coupon_codes?: Array<string>;
    /**
     * The price after coupons.
     */
    total: Money;
    /**
     * The days that a coupon adds.
     */
    extra_days?: number;
}

/**
 * Where the money of an order stands.
 * - `open`: Awaits payment until `expires_at`.
 * - `paid`: Paid in full.
 * - `partially_refunded`: Paid; a part of it went back.
 * - `refunded`: Paid; all of it went back.
 * - `expired`: Not paid in time.
 * - `cancelled`: Given up by the payer before it was paid.
 * @export
 */
export const OrderState = {
    open: 'open',
    paid: 'paid',
    partially_refunded: 'partially_refunded',
    refunded: 'refunded',
    expired: 'expired',
    cancelled: 'cancelled',
} as const;
export type OrderState = typeof OrderState[keyof typeof OrderState];

/**
 * A page: the orders of a community, found by number or payer, or in some order.
 * @export
 * @interface OrdersPage
 */
export interface OrdersPage {
    /**
     * What is on this page.
     */
    items: Array<ListedOrder>;
    /**
     * With `count`: how many there are on all pages, counted up to 10000; else null.
     */
    total?: number | null;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What an owner decided where the reviewers could not; shown to staff only.
 * @export
 * @interface OwnerDecision
 */
export interface OwnerDecision {
    /**
     * The owner who decided.
     */
    owner_id: string;
    /**
     * Whether they took the applicant in.
     */
    verdict: ReviewVerdict;
    /**
     * What they noted for the staff.
     */
    note: string;
    /**
     * Whether they had a conflict of interest, as every owner had.
     */
    conflicted: boolean;
    /**
     * When they decided.
     */
    at: string;
}


/**
 * That the member has put the term aside.
 * @export
 * @interface Pause
 */
export interface Pause {
    /**
     * The first day without access; the days from it on move the end.
     */
    on: string;
    /**
     * The last day of it, unless it is resumed before.
     */
    through: string;
}
/**
 * `pay_url`: the page that the payer is sent to; `transfer`: what they do without one.
 * @export
 * @interface Payment
 */
export interface Payment {
    /**
     * Its id.
     */
    id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * By whom the money comes.
     */
    provider: string;
    /**
     * What is to be paid.
     */
    amount: Money;
    /**
     * Where the attempt stands.
     */
    state: PaymentState;
    /**
     * The page that the payer is sent to; null: there is none.
     */
    pay_url: string | null;
    /**
     * What the payer transfers; null: they pay on a page.
     */
    transfer: TransferToMake | null;
    /**
     * When it was made.
     */
    created_at: string;
}



/**
 * Where one attempt to pay stands.
 * - `created`: Noted by us, not yet known to the provider.
 * - `pending`: The provider awaits the payer.
 * - `unknown`: The provider did not say what became of it; it is asked again.
 * - `confirmed`: The money is there.
 * - `failed`: The provider refused it.
 * - `cancelled`: Closed before money came.
 * @export
 */
export const PaymentState = {
    created: 'created',
    pending: 'pending',
    unknown: 'unknown',
    confirmed: 'confirmed',
    failed: 'failed',
    cancelled: 'cancelled',
} as const;
export type PaymentState = typeof PaymentState[keyof typeof PaymentState];

/**
 * What a page shows to who may join; of a community that is not hidden.
 * @export
 * @interface PaymentsOffer
 */
export interface PaymentsOffer {
    /**
     * Who offers it.
     */
    community: OfferingCommunity;
    /**
     * The form that an application answers, section by section.
     */
    form: Array<Section>;
    /**
     * The version of the form; each stays as it was.
     */
    form_version: number;
    /**
     * The plans on sale, with their prices now.
     */
    plans: Array<OfferedPlan>;
    /**
     * By which the community is paid; empty: it cannot be paid yet.
     */
    providers?: Array<string>;
}
/**
 * The signed-in person; `email` is null for who came by another way and has not linked an address.
 * @export
 * @interface Person
 */
export interface Person {
    /**
     * The person's id.
     */
    id: string;
    /**
     * The mail address; null: they came by another way and linked none.
     */
    email: string | null;
    /**
     * What the person wants to be called.
     */
    name: string;
    /**
     * The language of mails and messages.
     */
    locale: string;
    /**
     * Whether they operate the whole system.
     */
    is_operator: boolean;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}
/**
 * A page: all that the service has of a person, kind by kind.
 * @export
 * @interface PersonalDataPage
 */
export interface PersonalDataPage {
    /**
     * What is on this page.
     */
    items: Array<ExportedRecord>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * `deadline`: until when the next step goes, or access lasts; of a rejection, when they may apply again. `page`: where the community shows it, if it says so.
 * @export
 * @interface Place
 */
export interface Place {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Where the caller stands in the community.
     */
    state: PlaceState;
    /**
     * Why, in a code: of a rejection the reviewer's; revivable or revival_over; not_paid_in_time; membership_ended; for_good or for_a_time; resumes_by_itself; cancels_at_end; not_possible; null: nothing is to be said.
     */
    reason: string | null;
    /**
     * What they do next; null: nothing.
     */
    next_step: NextStep | null;
    /**
     * Until when the next step goes, or access lasts; of a rejection, from when on they may apply again; null: without an end.
     */
    deadline: string | null;
    /**
     * The address of it on the community's own site; null: the community names none.
     */
    page: string | null;
    /**
     * Their newest application; null: none.
     */
    application_id: string | null;
    /**
     * Their membership; null: none.
     */
    membership_id: string | null;
    /**
     * What they may pay; null: nothing.
     */
    purchase_id: string | null;
    /**
     * The open one; null too while the payment side is away.
     */
    order_id: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
    /**
     * What the community is called and counts in; null unless `include` asks for it.
     */
    community?: CommunityHead | null;
    /**
     * Their membership as a card shows it; null: none, or `include` does not ask for it.
     */
    membership?: ShownMembership | null;
    /**
     * The application form, section by section; null unless `include` asks for it.
     */
    form?: Array<Section> | null;
}



/**
 * Where somebody stands in a community.
 * - `may_apply`: Nothing is under way; they may apply.
 * - `draft`: An application is begun and not handed in.
 * - `under_review`: The application is with the reviewers.
 * - `more_wanted`: A reviewer asked for more.
 * - `rejected`: The application was rejected.
 * - `lapsed`: The application was approved and not paid in time.
 * - `approved`: Approved; the first payment is awaited.
 * - `paying`: An order is open.
 * - `active`: A member.
 * - `grace`: A member whose term is over and who may still renew.
 * - `expired`: No member any more.
 * - `suspended`: Kept out by the community, until `deadline` or for good.
 * - `paused`: A member who has put the term aside, until `deadline` at the longest.
 * - `cancelled`: Cancelled by choice, and may still come back by renewing.
 * @export
 */
export const PlaceState = {
    may_apply: 'may_apply',
    draft: 'draft',
    under_review: 'under_review',
    more_wanted: 'more_wanted',
    rejected: 'rejected',
    lapsed: 'lapsed',
    approved: 'approved',
    paying: 'paying',
    active: 'active',
    grace: 'grace',
    expired: 'expired',
    suspended: 'suspended',
    paused: 'paused',
    cancelled: 'cancelled',
} as const;
export type PlaceState = typeof PlaceState[keyof typeof PlaceState];

/**
 * `sold`: somebody was quoted or promised its price, which stays from then on.
 * @export
 * @interface Plan
 */
export interface Plan {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the plan is called.
     */
    name: string;
    /**
     * The price without a ladder, or of its first step.
     */
    base_price: Money;
    /**
     * How many months one payment gives.
     */
    period_months: number;
    /**
     * How the price rises with each so many places; null: it does not.
     */
    ladder: Ladder | null;
    /**
     * When an applicant's price is promised.
     */
    price_lock: string;
    /**
     * What the plan gives, for who chooses.
     */
    description?: string;
    /**
     * What a renewal pays.
     */
    renewal_price?: RenewalPrice;
    /**
     * A word for what it gives, for standings and integrators; empty: none.
     */
    tier?: string;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Whether the plan is sold.
     */
    state?: PlanState;
    /**
     * Whether somebody was quoted or promised its price, which stays from then on.
     */
    sold?: boolean;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}



/**
 * Whether a plan is sold.
 * - `draft`: Prepared; owners alone see it.
 * - `on_sale`: Sold to whoever may buy.
 * - `paused`: Sold to nobody new for a while.
 * - `closed`: Sold to nobody new any more.
 * @export
 */
export const PlanState = {
    draft: 'draft',
    on_sale: 'on_sale',
    paused: 'paused',
    closed: 'closed',
} as const;
export type PlanState = typeof PlanState[keyof typeof PlanState];

/**
 * A page: the plans of a community, in whatever state.
 * @export
 * @interface PlansPage
 */
export interface PlansPage {
    /**
     * What is on this page.
     */
    items: Array<ShownPlan>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * Settings of a community; what is left out is as usual (`product.md` §2).
 * @export
 * @interface Policy
 */
export interface Policy {
    /**
     * Verdicts that decide, at most.
     */
    reviewers_needed?: number;
    /**
     * Approvals among them that suffice.
     */
    approvals_needed?: number;
    /**
     * Whose rejection may be a veto, which decides alone.
     */
    veto?: Veto;
    /**
     * True keeps the verdicts of others from who has not given theirs.
     */
    blind?: boolean;
    /**
     * What applicants hear of why they were rejected; a round keeps what it began with.
     */
    show_reasons?: ShownReasons;
    /**
     * In hundredths (350 is 3.5): below this mean an owner decides on who has the approvals; needs a rubric; null: nobody asks.
     */
    least_score?: number | null;
    /**
     * What each verdict scores; empty: nothing.
     */
    rubric?: Array<Criterion>;
    /**
     * What it counts for when a member vouches for an applicant.
     */
    vouching?: Vouching;
    /**
     * Days since joining until a member may vouch.
     */
    vouch_after_days?: number;
    /**
     * For how many a member may vouch in a month.
     */
    vouches_a_month?: number;
    /**
     * Hours from each handing-in until a decision is due, which staff see and reviewers are reminded of; null: no clock.
     */
    decide_within_hours?: number | null;
    /**
     * True lets owners make invitations that approve by themselves.
     */
    invitations_skip_review?: boolean;
    /**
     * Until when applicants may edit what they handed in, which begins a new round of review and takes an approval back.
     */
    reopen?: Reopening;
    /**
     * Hours from approval to the lapse of an unpaid one.
     */
    pay_by_hours?: number;
    /**
     * Days of access after the end of a term.
     */
    grace_days?: number;
    /**
     * Days after expiry in which a renewal keeps the number.
     */
    revival_days?: number;
    /**
     * Days before the end from which one may renew.
     */
    renewal_opens_days?: number;
    /**
     * Days after a rejection until a new application.
     */
    reapply_after_days?: number;
    /**
     * Days for which a member may pause a term; 0: none.
     */
    pause_days?: number;
    /**
     * Minutes for which a reviewer's claim holds.
     */
    claim_minutes?: number;
    /**
     * Number of the first member; an import moves it.
     */
    first_member_number?: number;
}


/**
 * What is to be different in the policy of a community; what is left out stays.
 * @export
 * @interface PolicyChange
 */
export interface PolicyChange {
    /**
     * Verdicts that decide, at most.
     */
    reviewers_needed?: number;
    /**
     * Approvals among them that suffice.
     */
    approvals_needed?: number;
    /**
     * In hundredths (350 is 3.5): below this mean an owner decides on who has the approvals; needs a rubric; null: nobody asks.
     */
    least_score?: number | null;
    /**
     * Days since joining until a member may vouch.
     */
    vouch_after_days?: number;
    /**
     * For how many a member may vouch in a month.
     */
    vouches_a_month?: number;
    /**
     * Hours from each handing-in until a decision is due, which staff see and reviewers are reminded of; null: no clock.
     */
    decide_within_hours?: number | null;
    /**
     * Hours from approval to the lapse of an unpaid one.
     */
    pay_by_hours?: number;
    /**
     * Days of access after the end of a term.
     */
    grace_days?: number;
    /**
     * Days after expiry in which a renewal keeps the number.
     */
    revival_days?: number;
    /**
     * Days before the end from which one may renew.
     */
    renewal_opens_days?: number;
    /**
     * Days after a rejection until a new application.
     */
    reapply_after_days?: number;
    /**
     * Days for which a member may pause a term; 0: none.
     */
    pause_days?: number;
    /**
     * Minutes for which a reviewer's claim holds.
     */
    claim_minutes?: number;
    /**
     * Whose rejection may be a veto, which decides alone.
     */
    veto?: Veto;
    /**
     * True keeps the verdicts of others from who has not given theirs.
     */
    blind?: boolean;
    /**
     * What applicants hear of why they were rejected; a round keeps what it began with.
     */
    show_reasons?: ShownReasons;
    /**
     * What each verdict scores; empty: nothing.
     */
    rubric?: Array<Criterion>;
    /**
     * What it counts for when a member vouches for an applicant.
     */
    vouching?: Vouching;
    /**
     * True lets owners make invitations that approve by themselves.
     */
    invitations_skip_review?: boolean;
    /**
     * Until when applicants may edit what they handed in, which begins a new round of review and takes an approval back.
     */
    reopen?: Reopening;
}


/**
 * A policy as it stood in one version; `until` is when another one took its place.
 * @export
 * @interface PolicyVersion
 */
export interface PolicyVersion {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The version of the policy; each can still be read.
     */
    policy_version: number;
    /**
     * The rules by which the community works.
     */
    policy: Policy;
    /**
     * When another version took its place; null: it is the present one.
     */
    until: string | null;
}
/**
 * How many orders were paid at this list price and total.
 * @export
 * @interface PriceCount
 */
export interface PriceCount {
    /**
     * Why it was paid: `join`, `renew` or `attend`.
     */
    purpose: string;
    /**
     * The price before coupons.
     */
    list_price: Money;
    /**
     * What is paid: the list price without the discount.
     */
    total: Money;
    /**
     * How many orders were paid so.
     */
    count: number;
}

/**
 * When the price that an applicant will pay is promised.
 * - `at_application`: With the application: who waits for a decision pays no more for it.
 * - `at_approval`: With the approval.
 * - `at_payment`: Not before the payment: the price of that moment.
 * @export
 */
export const PriceLock = {
    at_application: 'at_application',
    at_approval: 'at_approval',
    at_payment: 'at_payment',
} as const;
export type PriceLock = typeof PriceLock[keyof typeof PriceLock];

/**
 * `label`: what the plan or the meetup was called when it could be paid first.
 * @export
 * @interface PricedLine
 */
export interface PricedLine {
    /**
     * What it is, such as `seat`.
     */
    kind: string;
    /**
     * What one of it costs.
     */
    amount: Money;
    /**
     * How many of it.
     */
    quantity: number;
    /**
     * The plan's name when it was priced, the meetup's title when its seat could be paid first; null of earlier versions.
     */
    label?: string | null;
}
/**
 * Why a request was refused, as RFC 9457 problem details.
 * @export
 * @interface Problem
 */
export interface Problem {
    /**
     * The page about this code.
     */
    type: string;
    /**
     * The code in words; constant for each code and language.
     */
    title: string;
    /**
     * The HTTP status.
     */
    status: number;
    /**
     * What is wrong and what to do next, for people, in their language.
     */
    detail: string;
    /**
     * `urn:coterie:request:` and the request id.
     */
    instance: string;
    /**
     * What is wrong, for programs; stable.
     */
    code: string;
    /**
     * What `detail` is made of; which there are depends on the code.
     */
    params: { [key: string]: any | null; };
    /**
     * The fields that are wrong.
     */
    errors?: Array<FieldProblem>;
    /**
     * How many wrong fields are not in `errors`.
     */
    errors_left_out?: number;
}
/**
 * The price that was promised to the applicant.
 * @export
 * @interface PromiseStep
 */
export interface PromiseStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: PromiseStepRuleEnum;
    /**
     * When the price was promised.
     */
    lock: PriceLock;
    /**
     * The price that was promised, in minor units.
     */
    amount: number;
}


/**
 * @export
 */
export const PromiseStepRuleEnum = {
    promise: 'promise',
} as const;
export type PromiseStepRuleEnum = typeof PromiseStepRuleEnum[keyof typeof PromiseStepRuleEnum];


/**
 * By whom money comes.
 * - `sandbox`: A provider for trying things out; no money moves.
 * - `transfer`: A transfer to the community's bank account.
 * @export
 */
export const Provider = {
    sandbox: 'sandbox',
    transfer: 'transfer',
} as const;
export type Provider = typeof Provider[keyof typeof Provider];

/**
 * The account with a provider by which a community is paid.
 * @export
 * @interface ProviderAccount
 */
export interface ProviderAccount {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * With which provider the account is.
     */
    provider: string;
    /**
     * The community as the provider knows it; null for transfers.
     */
    merchant_id: string | null;
    /**
     * The name of the secret that operators placed, never its value; null for transfers.
     */
    secret_ref: string | null;
    /**
     * How the community takes transfers; null for others.
     */
    transfer: TransferTerms | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}
/**
 * All of a community: one with each provider at most.
 * @export
 * @interface ProviderAccounts
 */
export interface ProviderAccounts {
    /**
     * What is on this page.
     */
    items: Array<ProviderAccount>;
}
/**
 * The price now and how it came about; null counts where the plan has no ladder.
 * @export
 * @interface PublicPrice
 */
export interface PublicPrice {
    /**
     * The plan that it is about.
     */
    plan_id: string;
    /**
     * What who buys now pays before coupons.
     */
    price: Money;
    /**
     * The step of the ladder, 0 for the first, and without one.
     */
    step: number;
    /**
     * How many places are left at this price; null: any number.
     */
    places_left: number | null;
    /**
     * The price after that; null: it does not rise.
     */
    next_price: Money | null;
    /**
     * When the first of the places that others hold may come back; null: none are held, or it does not matter.
     */
    held_places_return_at: string | null;
    /**
     * How the price came about, step by step.
     */
    explanation: Array<{ [key: string]: any | null; }>;
}
/**
 * `plan_id` is null until a plan is named, or the community sells its only one, and where `lines` say what is paid for.
 * @export
 * @interface Purchase
 */
export interface Purchase {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for, as its owner names it.
     */
    subject: Subject;
    /**
     * The plan that is paid for; null until one is named, and where `lines` say what is paid for.
     */
    plan_id: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * Why it is paid: `join`, `renew` or `attend`.
     */
    purpose: string;
    /**
     * Where the purchase stands.
     */
    state: PurchaseState;
    /**
     * The newest order of it; null: none yet.
     */
    order_id: string | null;
    /**
     * Until when it can be paid; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * What somebody has to pay to become or stay a member.
 * @export
 * @interface PurchaseDue
 */
export interface PurchaseDue {
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * Until when it can be paid; null: nothing is to be paid.
     */
    pay_by: string | null;
}

/**
 * Where a purchase stands: something that is to be paid for.
 * - `open`: Can be paid.
 * - `paid`: Paid; its owner is told.
 * - `fulfilled`: Paid, and the buyer has it.
 * - `withdrawn`: Taken back by its owner; nothing is to be paid.
 * - `refused`: Paid, but it could not be given; the money goes back.
 * - `lapsed`: Not paid in time.
 * @export
 */
export const PurchaseState = {
    open: 'open',
    paid: 'paid',
    fulfilled: 'fulfilled',
    withdrawn: 'withdrawn',
    refused: 'refused',
    lapsed: 'lapsed',
} as const;
export type PurchaseState = typeof PurchaseState[keyof typeof PurchaseState];

/**
 * A question of an application form.
 * @export
 * @interface Question
 */
export interface Question {
    /**
     * The name of the question, by which answers are given.
     */
    key: string;
    /**
     * What it takes as its answer.
     */
    kind: QuestionKind;
    /**
     * What applicants are asked.
     */
    title: string;
    /**
     * Whether an application needs an answer.
     */
    required?: boolean;
    /**
     * Answers are for reviewers and owners only.
     */
    _private?: boolean;
    /**
     * Counts for how much somebody says of themselves.
     */
    introduction?: boolean;
    /**
     * What can be chosen, for single and multi.
     */
    options?: Array<string>;
    /**
     * Fewest characters, options or files, or the smallest number.
     */
    minimum?: number;
    /**
     * Most characters, options or files, or the largest number.
     */
    maximum?: number | null;
    /**
     * When the question is asked; null: always.
     */
    asked_if?: AskedIf | null;
    /**
     * The field of the member's profile that gets the answer when they join: segment, city, company, or one of your own; for single and short_text, not private.
     */
    fills?: string | null;
}



/**
 * What a question takes as its answer.
 * - `single`: One of the `options`.
 * - `multi`: Several of the `options`.
 * - `short_text`: One line of text.
 * - `long_text`: Text of several lines.
 * - `number`: A number.
 * - `link`: An address on the web.
 * - `file`: Ids of files that were uploaded as answers, one unless `maximum` says more.
 * @export
 */
export const QuestionKind = {
    single: 'single',
    multi: 'multi',
    short_text: 'short_text',
    long_text: 'long_text',
    number: 'number',
    link: 'link',
    file: 'file',
} as const;
export type QuestionKind = typeof QuestionKind[keyof typeof QuestionKind];

/**
 * An application without its answers, which stand where it is read; `claim` while it holds.
 * @export
 * @interface QueuedApplication
 */
export interface QueuedApplication {
    /**
     * Its id.
     */
    id: string;
    /**
     * The applicant.
     */
    person_id: string;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name: string | null;
    /**
     * Where the application stands.
     */
    state: ApplicationState;
    /**
     * When it was first handed in.
     */
    submitted_at: string;
    /**
     * Who is on it; null: nobody.
     */
    claim: Claim | null;
    /**
     * How many gave theirs in this round; null to who is blind.
     */
    verdicts: number | null;
    /**
     * Whether an owner has to decide, since reviewers cannot.
     */
    needs_owner?: boolean;
    /**
     * How many members vouch for them.
     */
    vouches?: number;
    /**
     * When a decision is due, for staff alone; null: none is waited for, no time is set, or it is the reader's own.
     */
    decide_by?: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * A price and a place, locked for 15 minutes.
 * @export
 * @interface Quote
 */
export interface Quote {
    /**
     * Before coupons: what the lines come to.
     */
    list_price: Money;
    /**
     * What the coupon takes off.
     */
    discount: Money;
    /**
     * What is paid: list price less discount.
     */
    total: Money;
    /**
     * The code that counts; null: none.
     */
    coupon_code?: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * How the price came about, step by step; amounts in minor units.
     */
    trace: Array<QuoteTraceInner>;
    /**
     * Its id.
     */
    id: string;
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * The plan that is priced; null where lines are.
     */
    plan_id: string | null;
    /**
     * Where the quote stands.
     */
    state: QuoteState;
    /**
     * The days that a coupon adds to the term.
     */
    extra_days: number;
    /**
     * The coupon that applied; null: none.
     */
    coupon_id: string | null;
    /**
     * What became of each code that the buyer gave.
     */
    coupons?: Array<TriedCoupon>;
    /**
     * The step of the ladder, 0 for the first; null: the plan has none.
     */
    step: number | null;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Until when price and place are held.
     */
    expires_at: string;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}



/**
 * Where a quote stands: a price that is held for a while.
 * - `live`: Price and place are held until `expires_at`.
 * - `ordered`: An order was made of it.
 * - `replaced`: A newer quote took its place.
 * - `expired`: Its time is over.
 * @export
 */
export const QuoteState = {
    live: 'live',
    ordered: 'ordered',
    replaced: 'replaced',
    expired: 'expired',
} as const;
export type QuoteState = typeof QuoteState[keyof typeof QuoteState];

/**
 * @type QuoteTraceInner
 * 
 * @export
 */
export type QuoteTraceInner = { rule: 'base_price' } & BasePriceStep | { rule: 'coupon' } & CouponStep | { rule: 'ladder' } & LadderStep | { rule: 'line' } & LineStep | { rule: 'promise' } & PromiseStep | { rule: 'renewal_price' } & RenewalPriceStep | { rule: 'total' } & TotalStep;
/**
 * What an invitation is for; looking at it takes no use.
 * @export
 * @interface ReadInvitation
 */
export interface ReadInvitation {
    /**
     * The code of the invitation, from its link.
     */
    code: string;
}
/**
 * Note that all messages up to one were seen; what came after it stays unread.
 * @export
 * @interface ReadMyNotifications
 */
export interface ReadMyNotifications {
    /**
     * The newest message that was seen: it and all before it are marked as read.
     */
    read_through: string;
}
/**
 * A reason by its code, and what the applicant is told.
 * @export
 * @interface Reason
 */
export interface Reason {
    /**
     * Its code, none that every community has, and none twice.
     */
    code: string;
    /**
     * What the applicant is told where the reviewer writes nothing.
     */
    text: string;
}
/**
 * The reasons of a community, in the order in which owners put them; `version` is the community's.
 * @export
 * @interface Reasons
 */
export interface Reasons {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Those of its own, beside those that every community has.
     */
    reasons: Array<Reason>;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}
/**
 * Money that somebody found on the account.
 * @export
 * @interface Receipt
 */
export interface Receipt {
    /**
     * What came.
     */
    amount: Money;
    /**
     * The bank's day, in the community's zone.
     */
    received_on: string;
    /**
     * In what it differed from what the payer was told.
     */
    note: TransferNote;
    /**
     * Who found it.
     */
    confirmed_by: string;
    /**
     * When they said so.
     */
    confirmed_at: string;
}


/**
 * Exchange a refresh token for new tokens; a token used twice ends its session.
 * @export
 * @interface RefreshSession
 */
export interface RefreshSession {
    /**
     * The newest one that this session was given.
     */
    refresh_token: string;
}
/**
 * Money of an order that goes back.
 * @export
 * @interface Refund
 */
export interface Refund {
    /**
     * Its id.
     */
    id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * How much goes back.
     */
    amount: Money;
    /**
     * Where the refund stands.
     */
    state: RefundState;
    /**
     * Why money goes back, in the words of who decided it.
     */
    reason: string;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * What goes back to who gives up so many hours before the start, or earlier.
 * @export
 * @interface RefundBracket
 */
export interface RefundBracket {
    /**
     * How many hours before the start, at least.
     */
    hours_before: number;
    /**
     * The share of what was paid, in percent.
     */
    percent: string;
}
/**
 * Refund an order in full or in part.
 * @export
 * @interface RefundOrderBody
 */
export interface RefundOrderBody {
    /**
     * How much goes back; null: all that is left.
     */
    amount?: Money | null;
    /**
     * Kept with the refund and shown to the payer.
     */
    reason: string;
}
/**
 * What comes back to who gives up now what an order paid for, by the terms of its purchase.
 * @export
 * @interface RefundPreview
 */
export interface RefundPreview {
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * What would come back now.
     */
    amount: Money;
    /**
     * Of what was paid, what was given back before included.
     */
    percent: string;
    /**
     * The last instant at which it is as much; null = nothing comes back.
     */
    until: string | null;
}
/**
 * `policy` is what the order's terms said when it was asked for; `words` are those of who declined.
 * @export
 * @interface RefundRequest
 */
export interface RefundRequest {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * Where the request stands.
     */
    state: RefundRequestState;
    /**
     * Why the payer asks, in their words; empty: they do not say.
     */
    why: string;
    /**
     * What the terms of the order give back, as of when it was asked for.
     */
    policy_amount: Money;
    /**
     * The share of what was paid, in percent.
     */
    policy_percent: string;
    /**
     * A grant without an amount ends what was paid for; false where the policy gives nothing back.
     */
    gives_up?: boolean;
    /**
     * What who decided wrote to the payer; empty: nothing.
     */
    words: string;
    /**
     * By which it was granted; null: it was not.
     */
    refund_id: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * How many requests are in each state.
 * @export
 * @interface RefundRequestCounts
 */
export interface RefundRequestCounts {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many there are in each state.
     */
    counts: { [key: string]: number; };
}

/**
 * Where a request for a refund stands.
 * - `open`: Nobody decided yet.
 * - `granted`: Money goes back, by the refund that it names.
 * - `declined`: No money goes back; `words` says why.
 * - `withdrawn`: Taken back by the payer.
 * @export
 */
export const RefundRequestState = {
    open: 'open',
    granted: 'granted',
    declined: 'declined',
    withdrawn: 'withdrawn',
} as const;
export type RefundRequestState = typeof RefundRequestState[keyof typeof RefundRequestState];

/**
 * A page: the refunds that were asked for in a community, oldest first.
 * @export
 * @interface RefundRequestsPage
 */
export interface RefundRequestsPage {
    /**
     * What is on this page.
     */
    items: Array<ListedRefundRequest>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}

/**
 * Where a refund stands.
 * - `created`: Decided, not yet with the provider.
 * - `submitted`: With the provider, or waiting for somebody who transfers it.
 * - `done`: The money went back.
 * - `failed`: The provider refused it; operators see to it.
 * @export
 */
export const RefundState = {
    created: 'created',
    submitted: 'submitted',
    done: 'done',
    failed: 'failed',
} as const;
export type RefundState = typeof RefundState[keyof typeof RefundState];

/**
 * By what a payer gets money back who gives up before the start (rules.md §3.12).
 * @export
 * @interface RefundTerms
 */
export interface RefundTerms {
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * What comes back, and until when; of those that are reached the best counts.
     */
    brackets: Array<RefundBracket>;
}
/**
 * One person's wish to attend; `position` counts from 1 in the waitlist. `payable`: its seat awaits payment; `order_id`: the order that paid for its seat.
 * @export
 * @interface Registration
 */
export interface Registration {
    /**
     * Its id.
     */
    id: string;
    /**
     * The meetup that it belongs to.
     */
    meetup_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who wants to attend.
     */
    person_id: string;
    /**
     * Where the registration stands.
     */
    state: RegistrationState;
    /**
     * When they registered.
     */
    applied_at: string;
    /**
     * Until when the seat is kept for them; null: none is.
     */
    confirm_by: string | null;
    /**
     * Their place in the queue, from 1; null: they do not wait.
     */
    position: number | null;
    /**
     * A seat that came free and is kept for them; null: none.
     */
    offer: EventsOffer | null;
    /**
     * What takes the seat once it is paid; null: nothing is to be paid.
     */
    payable?: SeatToPay | null;
    /**
     * The order that paid for the seat; null: none did.
     */
    order_id?: string | null;
    /**
     * When they came; null: not yet.
     */
    checked_in_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
}


/**
 * 
 * @export
 * @interface RegistrationAtMeetup
 */
export interface RegistrationAtMeetup {
    /**
     * Its id.
     */
    id: string;
    /**
     * The meetup that it belongs to.
     */
    meetup_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who wants to attend.
     */
    person_id: string;
    /**
     * Where the registration stands.
     */
    state: RegistrationState;
    /**
     * When they registered.
     */
    applied_at: string;
    /**
     * Until when the seat is kept for them; null: none is.
     */
    confirm_by: string | null;
    /**
     * Their place in the queue, from 1; null: they do not wait.
     */
    position: number | null;
    /**
     * A seat that came free and is kept for them; null: none.
     */
    offer: EventsOffer | null;
    /**
     * What takes the seat once it is paid; null: nothing is to be paid.
     */
    payable?: SeatToPay | null;
    /**
     * The order that paid for the seat; null: none did.
     */
    order_id?: string | null;
    /**
     * When they came; null: not yet.
     */
    checked_in_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * When and where it is; null: not asked for.
     */
    meetup?: MeetupHead | null;
}


/**
 * How many registrations of a meetup stand in each state.
 * @export
 * @interface RegistrationCounts
 */
export interface RegistrationCounts {
    /**
     * The meetup that it belongs to.
     */
    meetup_id: string;
    /**
     * How many there are in each state.
     */
    counts: { [key: string]: number; };
}

/**
 * Where a registration stands.
 * - `applied`: Registered; seats are not given yet.
 * - `selected`: Has a seat that is kept until `confirm_by`.
 * - `confirmed`: Took the seat.
 * - `waitlisted`: Waits in the queue for a seat that comes free.
 * - `declined`: Left the seat to others.
 * - `hold_expired`: Did not take the seat in time.
 * - `withdrawn`: Withdrew before the meetup.
 * - `not_selected`: The meetup went by without a seat for them.
 * - `cancelled`: The meetup was called off.
 * - `checked_in`: Was there.
 * - `no_show`: Had a seat and did not come.
 * @export
 */
export const RegistrationState = {
    applied: 'applied',
    selected: 'selected',
    confirmed: 'confirmed',
    waitlisted: 'waitlisted',
    declined: 'declined',
    hold_expired: 'hold_expired',
    withdrawn: 'withdrawn',
    not_selected: 'not_selected',
    cancelled: 'cancelled',
    checked_in: 'checked_in',
    no_show: 'no_show',
} as const;
export type RegistrationState = typeof RegistrationState[keyof typeof RegistrationState];

/**
 * A page: the registrations of a meetup, in order of application or of their last change.
 * @export
 * @interface RegistrationsPage
 */
export interface RegistrationsPage {
    /**
     * What is on this page.
     */
    items: Array<ListedRegistration>;
    /**
     * With `count`: how many of the meetup are in each state.
     */
    counts?: { [key: string]: number; } | null;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * Say no, with a reason code and words; it is rejected once too many say so, or by a veto.
 * @export
 * @interface RejectBody
 */
export interface RejectBody {
    /**
     * The `round` of the application as it was read: once the answers have changed it is refused; null: whatever the round.
     */
    round?: number | null;
    /**
     * By the key of each criterion, from 1 to 5.
     */
    scores?: { [key: string]: number; };
    /**
     * Why: a code of every community's, or of its own.
     */
    reason: string;
    /**
     * What the applicant is told, where it decides; empty: the words of the community's reason.
     */
    message?: string;
    /**
     * True decides alone, where the policy lets the caller do that.
     */
    veto?: boolean;
}
/**
 * Why an application was rejected, in the reviewer's words.
 * @export
 * @interface Rejection
 */
export interface Rejection {
    /**
     * Why, in a code.
     */
    reason: string;
    /**
     * What the reviewer wrote to the applicant.
     */
    message: string;
    /**
     * When it was rejected.
     */
    at: string;
}

/**
 * Why an application is rejected, for statistics and the applicant.
 * - `profile_incomplete`: Too little is said to decide.
 * - `not_a_fit`: The community is for others.
 * - `duplicate`: The same person applied or is a member already.
 * - `full`: There are no places.
 * - `other`: What the message says.
 * @export
 */
export const RejectionReason = {
    profile_incomplete: 'profile_incomplete',
    not_a_fit: 'not_a_fit',
    duplicate: 'duplicate',
    full: 'full',
    other: 'other',
} as const;
export type RejectionReason = typeof RejectionReason[keyof typeof RejectionReason];


/**
 * What a renewal pays.
 * - `base`: The base price of the plan.
 * - `as_first_paid`: What this run of membership paid first, before coupons.
 * - `current_step`: The public price of the day.
 * @export
 */
export const RenewalPrice = {
    base: 'base',
    as_first_paid: 'as_first_paid',
    current_step: 'current_step',
} as const;
export type RenewalPrice = typeof RenewalPrice[keyof typeof RenewalPrice];

/**
 * The price of a renewal, where the plan has another one than its base.
 * @export
 * @interface RenewalPriceStep
 */
export interface RenewalPriceStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: RenewalPriceStepRuleEnum;
    /**
     * Which price a renewal pays.
     */
    price: RenewalPrice;
    /**
     * The price of a renewal, in minor units.
     */
    amount: number;
}


/**
 * @export
 */
export const RenewalPriceStepRuleEnum = {
    renewal_price: 'renewal_price',
} as const;
export type RenewalPriceStepRuleEnum = typeof RenewalPriceStepRuleEnum[keyof typeof RenewalPriceStepRuleEnum];

/**
 * From which day to which the membership can be renewed, and whether that is now.
 * @export
 * @interface RenewalWindow
 */
export interface RenewalWindow {
    /**
     * The first day on which it can be renewed.
     */
    opens_on: string;
    /**
     * The last day on which it can be renewed.
     */
    closes_on: string;
    /**
     * Whether today is one of these days.
     */
    possible: boolean;
}

/**
 * Until when an edit of the answers has an application judged anew.
 * - `never`: Nobody edits what was handed in.
 * - `until_paid`: Applicants edit until they have paid; an approval is taken back by it.
 * @export
 */
export const Reopening = {
    never: 'never',
    until_paid: 'until_paid',
} as const;
export type Reopening = typeof Reopening[keyof typeof Reopening];


/**
 * A part of a report.
 * - `applications`: What became of applications, and how soon they were decided.
 * - `joinings`: Who joined, and who of them renewed.
 * - `sources`: What became of applications by the way that they came.
 * - `queue`: Who waits now, and for how long.
 * - `states`: How many were in each state, as the nights found it.
 * - `retention`: How long those who joined in a month stayed.
 * @export
 */
export const ReportPart = {
    applications: 'applications',
    joinings: 'joinings',
    sources: 'sources',
    queue: 'queue',
    states: 'states',
    retention: 'retention',
} as const;
export type ReportPart = typeof ReportPart[keyof typeof ReportPart];


/**
 * How long the periods of a report are.
 * - `day`: Each day.
 * - `week`: Weeks from Monday.
 * - `month`: Calendar months.
 * @export
 */
export const ReportPeriod = {
    day: 'day',
    week: 'week',
    month: 'month',
} as const;
export type ReportPeriod = typeof ReportPeriod[keyof typeof ReportPeriod];

/**
 * What became of the applications that were first handed in within a period, as of now.
 * @export
 * @interface ReportedApplications
 */
export interface ReportedApplications {
    /**
     * The first day of the period.
     */
    since: string;
    /**
     * How many were handed in.
     */
    handed_in: number;
    /**
     * How many of them were approved, paid or not.
     */
    approved: number;
    /**
     * How many of them are rejected.
     */
    rejected: number;
    /**
     * How many of them led to a term, paid or free.
     */
    joined: number;
    /**
     * How soon they were decided.
     */
    decisions: ReportedDecisions;
}
/**
 * From the first handing-in until the decision that stands. Hours are bounds of ranges: the time itself is not longer.
 * @export
 * @interface ReportedDecisions
 */
export interface ReportedDecisions {
    /**
     * How many were decided.
     */
    count: number;
    /**
     * Within how many hours half were decided; null: none, or longer.
     */
    median_hours: number | null;
    /**
     * Within how many hours nine of ten were decided; null: none, or longer.
     */
    p90_hours: number | null;
    /**
     * How many were decided how soon; ranges of none are left out.
     */
    times: Array<DecisionTime>;
}
/**
 * What became of the memberships that began within a period; imported ones are left out.
 * @export
 * @interface ReportedJoining
 */
export interface ReportedJoining {
    /**
     * The first day of the period.
     */
    since: string;
    /**
     * How many joined, whatever became of them.
     */
    joined: number;
    /**
     * How many of them renewed since.
     */
    renewed: number;
}
/**
 * Who joined in one month, and how long they stayed; imported members are left out.
 * @export
 * @interface ReportedRetention
 */
export interface ReportedRetention {
    /**
     * The month of joining, as far as its days are asked for.
     */
    joined_in: string;
    /**
     * How many joined, whatever became of them.
     */
    joined: number;
    /**
     * How many of them renewed since.
     */
    renewed: number;
    /**
     * The months that followed, until this one.
     */
    months: Array<RetainedMonth>;
}
/**
 * What became of the applications that came by one way.
 * @export
 * @interface ReportedSource
 */
export interface ReportedSource {
    /**
     * By which way they came; null: by none that was named, or by a rarer one.
     */
    source: string | null;
    /**
     * How many were handed in.
     */
    handed_in: number;
    /**
     * How many of them were approved, paid or not.
     */
    approved: number;
    /**
     * How many of them are rejected.
     */
    rejected: number;
    /**
     * How many of them led to a term, paid or free.
     */
    joined: number;
}
/**
 * What the night of a day found, in the first hours of it.
 * @export
 * @interface ReportedStates
 */
export interface ReportedStates {
    /**
     * Which day's night it was.
     */
    day: string;
    /**
     * How many memberships were in each state.
     */
    memberships: { [key: string]: number; };
    /**
     * How many applications were in each state.
     */
    applications: { [key: string]: number; };
}
/**
 * All requests of that id, the newest first: who repeats one may send the same.
 * @export
 * @interface RequestLog
 */
export interface RequestLog {
    /**
     * The `X-Request-Id` that was asked for.
     */
    request_id: string;
    /**
     * The requests that had this id, newest first.
     */
    requests: Array<LoggedRequest>;
}
/**
 * How many of those who joined together still had a term.
 * @export
 * @interface RetainedMonth
 */
export interface RetainedMonth {
    /**
     * The month in which they had it.
     */
    month: string;
    /**
     * How many had a term for a day of it or later.
     */
    members: number;
}
/**
 * Months are those of the community's zone, those in which nothing was sold are left out; `total` is their sum, null where there is none.
 * @export
 * @interface Revenue
 */
export interface Revenue {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The sum of these months; null: nothing was sold.
     */
    total: Earned | null;
    /**
     * What was sold, month by month.
     */
    months: Array<MonthEarned>;
    /**
     * Those on sale, with their prices now.
     */
    plans: Array<OfferedPlan>;
    /**
     * What waits for who looks after the money.
     */
    waiting: WaitingMoney;
    /**
     * The newest five.
     */
    latest_orders: Array<LatestOrder>;
}
/**
 * A page: who waits for a decision of a community, longest first, by name; before them those whom members vouch for, where the policy sorts them first.
 * @export
 * @interface ReviewQueuePage
 */
export interface ReviewQueuePage {
    /**
     * What is on this page.
     */
    items: Array<QueuedApplication>;
    /**
     * Whose queue it is.
     */
    community: CommunityHead;
    /**
     * How many are in these states, found or not.
     */
    waiting: number;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}

/**
 * What a reviewer said.
 * - `approve`: Take the applicant in.
 * - `reject`: Do not.
 * @export
 */
export const ReviewVerdict = {
    approve: 'approve',
    reject: 'reject',
} as const;
export type ReviewVerdict = typeof ReviewVerdict[keyof typeof ReviewVerdict];

/**
 * What was asked for and no more: who is behind an address is for them to say.
 * @export
 * @interface RoleGiven
 */
export interface RoleGiven {
    /**
     * Whose address it is.
     */
    email: string;
    /**
     * What the person may do in the community.
     */
    role: string;
}
/**
 * `name` of who was approved or renewed here themselves; of all others the `email`.
 * @export
 * @interface RoleHolder
 */
export interface RoleHolder {
    /**
     * Who holds the roles.
     */
    person_id: string;
    /**
     * What they are called, of who was approved or renewed here themselves; else null.
     */
    name: string | null;
    /**
     * The mail address of all others; else null.
     */
    email: string | null;
    /**
     * What the person may do in the community.
     */
    roles: Array<string>;
}
/**
 * A page: who holds which role in a community.
 * @export
 * @interface RoleHoldersPage
 */
export interface RoleHoldersPage {
    /**
     * What is on this page.
     */
    items: Array<RoleHolder>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * The roles that somebody holds in a community.
 * @export
 * @interface RolesHeld
 */
export interface RolesHeld {
    /**
     * Where they hold the roles.
     */
    community: CommunityHead;
    /**
     * What the person may do in the community.
     */
    roles: Array<string>;
}
/**
 * How a share was rounded to the minor unit.
 * @export
 * @interface Rounding
 */
export interface Rounding {
    /**
     * The sum before it was rounded, in minor units.
     */
    exact: string;
    /**
     * `half_up_once`: half a unit or more goes up, once and at the end.
     */
    rule: RoundingRuleEnum;
}


/**
 * @export
 */
export const RoundingRuleEnum = {
    half_up_once: 'half_up_once',
} as const;
export type RoundingRuleEnum = typeof RoundingRuleEnum[keyof typeof RoundingRuleEnum];

/**
 * What is wrong with one cell: a code of fields, and what it says in the reader's language.
 * @export
 * @interface RowProblem
 */
export interface RowProblem {
    /**
     * The column that is wrong.
     */
    column: string;
    /**
     * What is wrong, for programs; stable.
     */
    code: string;
    /**
     * What the texts of the code are filled with, by name.
     */
    params: { [key: string]: any | null; };
    /**
     * What is wrong with it, in the reader's language.
     */
    detail?: string;
}

/**
 * What became of a row of an import.
 * - `accepted`: The member is there (of a dry run: would be).
 * - `refused`: Refused; `problems` says why.
 * @export
 */
export const RowResult = {
    accepted: 'accepted',
    refused: 'refused',
} as const;
export type RowResult = typeof RowResult[keyof typeof RowResult];

/**
 * Orders per state, paid ones per price, uses of the newest 500 coupons by code; exact.
 * @export
 * @interface SalesSummary
 */
export interface SalesSummary {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many orders are in each state.
     */
    orders_by_state: { [key: string]: number; };
    /**
     * How many orders were paid, by list price and total.
     */
    paid_by_price: Array<PriceCount>;
    /**
     * How often the newest 500 coupons were used, by code.
     */
    coupon_uses: { [key: string]: number; };
}
/**
 * What the rules said when the application was handed in last; shown to staff only.
 * @export
 * @interface Screened
 */
export interface Screened {
    /**
     * The version of the rules.
     */
    screening_version: number;
    /**
     * The sum of the weights of what was found.
     */
    score: number;
    /**
     * What was found, in the order of the rules.
     */
    flags: Array<ScreeningFlag>;
    /**
     * When the rules were asked.
     */
    at: string;
}
/**
 * The rules of a community as they stand; `version` 0 is before the first.
 * @export
 * @interface Screening
 */
export interface Screening {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The rules, in their order.
     */
    rules: Array<ScreeningRule>;
    /**
     * Who made them so; null: there are none yet.
     */
    changed_by: string | null;
    /**
     * When; null: there are none yet.
     */
    changed_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
}

/**
 * What follows from what a screening rule found.
 * - `flag`: Reviewers see it.
 * - `reject`: The application is rejected at once, with the rule's reason.
 * @export
 */
export const ScreeningEffect = {
    flag: 'flag',
    reject: 'reject',
} as const;
export type ScreeningEffect = typeof ScreeningEffect[keyof typeof ScreeningEffect];

/**
 * What a rule found in an application; `rule` 0 is the block list itself.
 * @export
 * @interface ScreeningFlag
 */
export interface ScreeningFlag {
    /**
     * The place of the rule in its table, from 1.
     */
    rule: number;
    /**
     * What was looked for.
     */
    kind: ScreeningKind;
    /**
     * What it added to the score.
     */
    weight: number;
    /**
     * What followed from it.
     */
    effect: ScreeningEffect;
    /**
     * What was found, in a sentence of the reader's language.
     */
    words: string;
    /**
     * What it was found by: ids of people, applications or entries of the block list, some of them where there are many.
     */
    about: Array<string>;
}



/**
 * What a screening rule looks for; it is so, or cannot be known.
 * - `answer_in_list`: The answer is one of a list.
 * - `number_within`: The number lies within bounds, which count.
 * - `text_at_least`: The text has so many characters or more.
 * - `introduction_below`: Too few of the questions marked `introduction` are answered.
 * - `share_over`: More members than a share have the same segment or city.
 * - `duplicate_key`: Somebody else whose application is live, or who joined, gave the same answer.
 * - `similar_name`: Somebody else who applied or belongs here is called the same, in any case and width, or by the same pinyin.
 * - `blocked_key`: The answer is an address or a number of the block list; of rule 0 the name is like one of it.
 * @export
 */
export const ScreeningKind = {
    answer_in_list: 'answer_in_list',
    number_within: 'number_within',
    text_at_least: 'text_at_least',
    introduction_below: 'introduction_below',
    share_over: 'share_over',
    duplicate_key: 'duplicate_key',
    similar_name: 'similar_name',
    blocked_key: 'blocked_key',
} as const;
export type ScreeningKind = typeof ScreeningKind[keyof typeof ScreeningKind];

/**
 * What is looked for, and what follows where it is found: each kind has its own fields. It says nothing where it cannot be known.
 * @export
 * @interface ScreeningRule
 */
export interface ScreeningRule {
    /**
     * What it looks for.
     */
    kind: ScreeningKind;
    /**
     * What it adds to the score; below 0 it speaks for who applies.
     */
    weight: number;
    /**
     * What follows where it is found.
     */
    effect?: ScreeningEffect;
    /**
     * Of `reject`: the code that the rejection has, and its applicant sees; of others null.
     */
    reason?: RejectionReason | null;
    /**
     * The key of the question whose answer it is.
     */
    question?: string;
    /**
     * Answer_in_list: answers of which one is there, in any case and width.
     */
    any_of?: Array<string>;
    /**
     * Number_within: the smallest number that is meant.
     */
    minimum?: number;
    /**
     * Number_within: the largest number that is meant.
     */
    maximum?: number;
    /**
     * Text_at_least: so many characters, or more.
     */
    characters?: number;
    /**
     * Introduction_below: fewer of 100 questions are answered.
     */
    score?: number;
    /**
     * Share_over: which of the two.
     */
    label?: ScreeningRuleLabelEnum;
    /**
     * Share_over: more than this of all members have the same.
     */
    percent?: number;
}


/**
 * @export
 */
export const ScreeningRuleLabelEnum = {
    segment: 'segment',
    city: 'city',
} as const;
export type ScreeningRuleLabelEnum = typeof ScreeningRuleLabelEnum[keyof typeof ScreeningRuleLabelEnum];

/**
 * The purchase that takes the seat once it is paid.
 * @export
 * @interface SeatToPay
 */
export interface SeatToPay {
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * What the seat costs.
     */
    amount: Money;
    /**
     * Until when the seat is kept.
     */
    pay_by: string;
}
/**
 * A part of an application form, with its heading.
 * @export
 * @interface Section
 */
export interface Section {
    /**
     * The heading of the section.
     */
    title: string;
    /**
     * The questions of the section, in their order.
     */
    questions: Array<Question>;
}
/**
 * An application as the caller saw it.
 * @export
 * @interface SeenApplication
 */
export interface SeenApplication {
    /**
     * The application that it belongs to.
     */
    application_id: string;
    /**
     * The version that was read; another one is refused.
     */
    version: number;
}
/**
 * Give seats to people; all other applicants go to the waitlist in order.
 * @export
 * @interface SelectRegistrationsBody
 */
export interface SelectRegistrationsBody {
    /**
     * Who gets a seat.
     */
    registration_ids: Array<string>;
}
/**
 * Who got a seat and until when they confirm it; all other applicants wait in order.
 * @export
 * @interface Selection
 */
export interface Selection {
    /**
     * The meetup that it belongs to.
     */
    meetup_id: string;
    /**
     * Who got a seat.
     */
    registration_ids: Array<string>;
    /**
     * Until when they take it.
     */
    confirm_by: string;
}

/**
 * A part of the system that keeps data of its own.
 * - `membership`: People, sign-in, communities, applications and memberships.
 * - `payments`: Plans, coupons, orders and money.
 * - `events`: Meetups and registrations.
 * - `notifications`: Messages and mails.
 * @export
 */
export const Service = {
    membership: 'membership',
    payments: 'payments',
    events: 'events',
    notifications: 'notifications',
} as const;
export type Service = typeof Service[keyof typeof Service];

/**
 * Where somebody is signed in; `last_used_at` is when its tokens were renewed last.
 * @export
 * @interface Session
 */
export interface Session {
    /**
     * Its id.
     */
    id: string;
    /**
     * How they signed in: `email`, `phone`, or the name of a way.
     */
    way?: string;
    /**
     * When somebody signed in.
     */
    started_at: string;
    /**
     * When its tokens were renewed last.
     */
    last_used_at: string;
    /**
     * When it ends unless it is used before.
     */
    expires_at: string;
    /**
     * The session of the token that asks.
     */
    is_current: boolean;
}
/**
 * A session: a token for requests, and one that gets the next.
 * @export
 * @interface SessionTokens
 */
export interface SessionTokens {
    /**
     * For `Authorization: Bearer …`; lives five minutes.
     */
    access_token: string;
    /**
     * `Bearer`.
     */
    token_type: string;
    /**
     * Seconds for which the access token is good.
     */
    expires_in: number;
    /**
     * For `refresh_session`; works once and is answered with the next one. Keep it secret.
     */
    refresh_token: string;
    /**
     * Who signed in.
     */
    person_id: string;
}
/**
 * Name the community's account with a provider, which is asked whether it works.
 * @export
 * @interface SetProviderAccountBody
 */
export interface SetProviderAccountBody {
    /**
     * As the provider knows the community; null: it needs none.
     */
    merchant_id?: string | null;
    /**
     * The name of a secret that operators placed for the community, never its value; null: it needs none.
     */
    secret_ref?: string | null;
    /**
     * In place of merchant and secret, for the provider `transfer`; null for others.
     */
    transfer?: TransferTerms | null;
}
/**
 * 
 * @export
 * @interface ShownApplication
 */
export interface ShownApplication {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The applicant.
     */
    person_id: string;
    /**
     * Where the application stands.
     */
    state: ApplicationState;
    /**
     * The one applied for, null: none; the purchase says what is paid for.
     */
    plan_id?: string | null;
    /**
     * By which way they came; null: not said.
     */
    source?: string | null;
    /**
     * The version of the form that it answers.
     */
    form_version: number;
    /**
     * The answers by key of their question: a text, a number, or a list of options or uploads.
     */
    answers: { [key: string]: any | null; };
    /**
     * When it was first handed in; null: not yet.
     */
    submitted_at: string | null;
    /**
     * What a reviewer wants to know; null: nothing.
     */
    info_request: InfoRequest | null;
    /**
     * What reviewers said in this round; shown to staff only.
     */
    verdicts: Array<Verdict>;
    /**
     * Which round of review it is in, from 1; null: none yet, or not told.
     */
    round?: number | null;
    /**
     * What verdicts of this round score.
     */
    rubric?: Array<Criterion>;
    /**
     * What was said of earlier answers.
     */
    former_rounds?: Array<FormerRound>;
    /**
     * Whether the caller sees what others said only after their own verdict.
     */
    blind?: boolean;
    /**
     * Who declared a conflict of interest.
     */
    conflicts?: Array<string>;
    /**
     * Whether an owner has to decide, since reviewers cannot.
     */
    needs_owner?: boolean;
    /**
     * What an owner decided then; null: nothing.
     */
    owner_decision?: OwnerDecision | null;
    /**
     * What members said for the applicant; shown to staff only.
     */
    vouches?: Array<Vouch>;
    /**
     * By whose invitation they came, for staff; null: by none.
     */
    invitation?: Invited | null;
    /**
     * Why it was rejected; null: it was not.
     */
    rejection: Rejection | null;
    /**
     * When a decision is due, for staff alone; null: none is waited for, no time is set, or it is the reader's own.
     */
    decide_by?: string | null;
    /**
     * Until when the approved applicant pays; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * The membership that it led to; null: none yet.
     */
    membership_id: string | null;
    /**
     * What is to be paid to join; null: nothing yet.
     */
    purchase_id: string | null;
    /**
     * The reviewer who looks at it; null: nobody.
     */
    claimed_by: string | null;
    /**
     * Until when that holds.
     */
    claimed_until: string | null;
    /**
     * What the screening rules said; null: nothing yet, or not for the reader.
     */
    screening?: Screened | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * The form that it answers, section by section; null unless `include` asks for it.
     */
    form?: Array<Section> | null;
    /**
     * What its plan is called now; null without one, and unless `include` asks for it.
     */
    plan_name?: string | null;
    /**
     * What the person is called, as they say themselves; null: they have not said it, or it may not be known here.
     */
    display_name?: string | null;
    /**
     * What those are called who are on it, decided, vouch or invited, as far as it shows them; with `person` in `include`.
     */
    staff?: Array<Name>;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ShownCoupon
 */
export interface ShownCoupon {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the coupon is called, for the staff.
     */
    name: string;
    /**
     * What buyers enter, in any case.
     */
    code: string;
    /**
     * What the coupon gives.
     */
    benefit: CouponBenefit;
    /**
     * Whom it is for: `newcomer`, `renewal` or `any`.
     */
    audience: string;
    /**
     * The plans that it is good for; none named: every plan.
     */
    plan_ids: Array<string>;
    /**
     * Uses in all; null: any number.
     */
    limit: number | null;
    /**
     * Uses of one person.
     */
    per_person: number;
    /**
     * Minor units that the list price has to reach.
     */
    minimum: number;
    /**
     * How often it was used by paid orders.
     */
    used: number;
    /**
     * How often it is held by quotes and open orders.
     */
    held: number;
    /**
     * From when on it may be used; null: at once.
     */
    valid_from: string | null;
    /**
     * Until when it may be used; null: without an end.
     */
    valid_until: string | null;
    /**
     * Whether a full refund frees the use for another.
     */
    refund_returns_use: boolean;
    /**
     * Whether the coupon is given.
     */
    state?: CouponState;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * What somebody is invited to, for who holds the invitation.
 * @export
 * @interface ShownInvitation
 */
export interface ShownInvitation {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the community is called.
     */
    community_name: string;
    /**
     * What the community says of itself.
     */
    description: string;
    /**
     * What who invites is called; null: they have not said it.
     */
    invited_by: string | null;
    /**
     * The plan that it is for; null: any.
     */
    plan_id: string | null;
    /**
     * What that plan is called; null: it is for any.
     */
    plan_name: string | null;
    /**
     * From when on nobody begins by it.
     */
    expires_at: string;
}
/**
 * What a screen needs that somebody comes to by a link. `until`: when the thing itself is over; `expires_at`: when the link is.
 * @export
 * @interface ShownLink
 */
export interface ShownLink {
    /**
     * What the link lets its person do.
     */
    purpose: LinkPurpose;
    /**
     * What the message was about.
     */
    about: About;
    /**
     * What the link lets one act on.
     */
    object: LinkObject;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What that community is called.
     */
    community_name: string;
    /**
     * When the thing itself is over.
     */
    until: string;
    /**
     * When the link is over.
     */
    expires_at: string;
}


/**
 * 
 * @export
 * @interface ShownMeetup
 */
export interface ShownMeetup {
    /**
     * Its id.
     */
    id: string;
    /**
     * What the meetup is called.
     */
    title: string;
    /**
     * When it begins.
     */
    starts_at: string;
    /**
     * When it ends.
     */
    ends_at: string;
    /**
     * The IANA time zone of the place.
     */
    zone: string;
    /**
     * The city where it is.
     */
    city: string;
    /**
     * Where exactly it is; null for who may not know it.
     */
    address: string | null;
    /**
     * Where the meetup stands.
     */
    state: MeetupState;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What people read about it.
     */
    description: string;
    /**
     * How many seats there are.
     */
    capacity: number;
    /**
     * How many seats are neither taken nor on offer.
     */
    seats_free: number;
    /**
     * For how many hours a seat is kept for who was selected, or to whom it is offered.
     */
    hold_hours: number;
    /**
     * What a seat costs, in the community's currency; it is taken by paying; null = nothing.
     */
    fee?: Fee | null;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<RefundBracket>;
    /**
     * Why it was called off, in the words of its host; null: it was not.
     */
    cancel_reason: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * The caller's registration that is not over; null: they have none, or are not signed in.
     */
    my_registration?: MyRegistration | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ShownMembership
 */
export interface ShownMembership {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The member.
     */
    person_id: string;
    /**
     * The member's number in the community; null before the first paid term.
     */
    number: number | null;
    /**
     * Where the membership stands.
     */
    state: MembershipState;
    /**
     * The first day of membership; null before it.
     */
    joined_on: string | null;
    /**
     * The newest term, which may begin later; null: none yet.
     */
    term: Term | null;
    /**
     * The last day with access when the term is not renewed; null: no term yet.
     */
    grace_ends_on: string | null;
    /**
     * The member's segment, out of the list that the form offers; null: not said.
     */
    segment: string | null;
    /**
     * The member's city; null: not said.
     */
    city: string | null;
    /**
     * Where the member works; null: not said.
     */
    company?: string | null;
    /**
     * The community's own fields, by name.
     */
    details?: { [key: string]: string; };
    /**
     * That the community keeps the member out; null: it does not.
     */
    suspension?: Suspension | null;
    /**
     * That the term is put aside; null: it is not.
     */
    pause?: Pause | null;
    /**
     * Whether it ends with its term, because the member wants so.
     */
    cancels_at_end?: boolean;
    /**
     * The first day without it, where it was ended; null: it was not.
     */
    ended_on?: string | null;
    /**
     * Why the community ended it; null: it did not.
     */
    end_reason?: string | null;
    /**
     * What is to be paid next; null: nothing.
     */
    purchase_id: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * The last day of all its terms; null: no term yet.
     */
    valid_until?: string | null;
    /**
     * The term that runs, or ran last; null: none yet.
     */
    current_term?: Term | null;
    /**
     * The term that begins later; null: none.
     */
    next_term?: Term | null;
    /**
     * From when to when it can be renewed; null: it cannot.
     */
    renewal?: RenewalWindow | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ShownOrder
 */
export interface ShownOrder {
    /**
     * Before coupons: what the lines come to.
     */
    list_price?: Money | null;
    /**
     * What the coupon takes off.
     */
    discount?: Money | null;
    /**
     * What is paid: list price less discount.
     */
    total: Money;
    /**
     * The code that counts; null: none.
     */
    coupon_code?: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * How the price came about, step by step; amounts in minor units.
     */
    trace: Array<QuoteTraceInner>;
    /**
     * Its id.
     */
    id: string;
    /**
     * The purchase that it belongs to: what is to be paid, or was.
     */
    purchase_id: string;
    /**
     * The quote that it was made of; null: it was ordered without one.
     */
    quote_id: string | null;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for; null of earlier versions.
     */
    subject?: Subject | null;
    /**
     * The plan that is paid for; null where `lines` say what is.
     */
    plan_id: string | null;
    /**
     * Where the money of the order stands.
     */
    state: OrderState;
    /**
     * What became of what it paid for.
     */
    fulfilment: Fulfilment;
    /**
     * What went back so far.
     */
    refunded: Money;
    /**
     * What comes back after the cool-off; orders keep those of when they were priced.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * The attempts to pay, oldest first.
     */
    payments: Array<Payment>;
    /**
     * What goes back, oldest first.
     */
    refunds: Array<Refund>;
    /**
     * The request for a refund that is open; null: none.
     */
    refund_request_id?: string | null;
    /**
     * The number of the receipt, without gaps in its community; null before it is paid.
     */
    receipt_number: string | null;
    /**
     * Until when it can be paid.
     */
    expires_at: string;
    /**
     * When the money came, as the provider says; null: not yet.
     */
    paid_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last; attempts and refunds under way do not count; null of earlier versions.
     */
    updated_at?: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
    /**
     * By which the caller can pay now; empty: they cannot.
     */
    providers?: Array<string>;
}


/**
 * 
 * @export
 * @interface ShownPlan
 */
export interface ShownPlan {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the plan is called.
     */
    name: string;
    /**
     * The price without a ladder, or of its first step.
     */
    base_price: Money;
    /**
     * How many months one payment gives.
     */
    period_months: number;
    /**
     * How the price rises with each so many places; null: it does not.
     */
    ladder: Ladder | null;
    /**
     * When an applicant's price is promised.
     */
    price_lock: string;
    /**
     * What the plan gives, for who chooses.
     */
    description?: string;
    /**
     * What a renewal pays.
     */
    renewal_price?: RenewalPrice;
    /**
     * A word for what it gives, for standings and integrators; empty: none.
     */
    tier?: string;
    /**
     * What comes back to who gives it up, and until when; of the brackets that are reached the best counts.
     */
    refund_brackets?: Array<TermBracket>;
    /**
     * Whether the plan is sold.
     */
    state?: PlanState;
    /**
     * Whether somebody was quoted or promised its price, which stays from then on.
     */
    sold?: boolean;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ShownPurchase
 */
export interface ShownPurchase {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * What is paid for, as its owner names it.
     */
    subject: Subject;
    /**
     * The plan that is paid for; null until one is named, and where `lines` say what is paid for.
     */
    plan_id: string | null;
    /**
     * What is paid for, line by line; of a plan its single line.
     */
    lines?: Array<PricedLine>;
    /**
     * Those of a seat; null of a plan.
     */
    refund_terms?: RefundTerms | null;
    /**
     * Why it is paid: `join`, `renew` or `attend`.
     */
    purpose: string;
    /**
     * Where the purchase stands.
     */
    state: PurchaseState;
    /**
     * The newest order of it; null: none yet.
     */
    order_id: string | null;
    /**
     * Until when it can be paid; null: nothing is to be paid.
     */
    pay_by: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * What its plan is called now; null: none is named.
     */
    plan_name?: string | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
    /**
     * By which the caller can pay now; empty: they cannot.
     */
    providers?: Array<string>;
}



/**
 * What applicants hear of why they were rejected.
 * - `none`: That they were rejected: the reason reads `other`, without words.
 * - `reason`: The reason's code.
 * - `words`: The reason's code, and what the reviewer wrote.
 * @export
 */
export const ShownReasons = {
    none: 'none',
    reason: 'reason',
    words: 'words',
} as const;
export type ShownReasons = typeof ShownReasons[keyof typeof ShownReasons];

/**
 * 
 * @export
 * @interface ShownRefundRequest
 */
export interface ShownRefundRequest {
    /**
     * Its id.
     */
    id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * Where the request stands.
     */
    state: RefundRequestState;
    /**
     * Why the payer asks, in their words; empty: they do not say.
     */
    why: string;
    /**
     * What the terms of the order give back, as of when it was asked for.
     */
    policy_amount: Money;
    /**
     * The share of what was paid, in percent.
     */
    policy_percent: string;
    /**
     * A grant without an amount ends what was paid for; false where the policy gives nothing back.
     */
    gives_up?: boolean;
    /**
     * What who decided wrote to the payer; empty: nothing.
     */
    words: string;
    /**
     * By which it was granted; null: it was not.
     */
    refund_id: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * 
 * @export
 * @interface ShownRegistration
 */
export interface ShownRegistration {
    /**
     * Its id.
     */
    id: string;
    /**
     * The meetup that it belongs to.
     */
    meetup_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who wants to attend.
     */
    person_id: string;
    /**
     * Where the registration stands.
     */
    state: RegistrationState;
    /**
     * When they registered.
     */
    applied_at: string;
    /**
     * Until when the seat is kept for them; null: none is.
     */
    confirm_by: string | null;
    /**
     * Their place in the queue, from 1; null: they do not wait.
     */
    position: number | null;
    /**
     * A seat that came free and is kept for them; null: none.
     */
    offer: EventsOffer | null;
    /**
     * What takes the seat once it is paid; null: nothing is to be paid.
     */
    payable?: SeatToPay | null;
    /**
     * The order that paid for the seat; null: none did.
     */
    order_id?: string | null;
    /**
     * When they came; null: not yet.
     */
    checked_in_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
    /**
     * When and where it is; null: not asked for.
     */
    meetup?: MeetupHead | null;
    /**
     * The operations, by name, that would not be refused to the caller now.
     */
    actions?: Array<string>;
}


/**
 * A code is on its way by mail; the answer is the same whoever has the address.
 * @export
 * @interface SignInStarted
 */
export interface SignInStarted {
    /**
     * The sign-in that the code was sent for.
     */
    challenge_id: string;
    /**
     * Until when the code is good.
     */
    expires_at: string;
    /**
     * Seconds after which another code can be asked for.
     */
    resend_after_seconds: number;
}
/**
 * 
 * @export
 * @interface SignedInAtWay
 */
export interface SignedInAtWay {
    /**
     * For `Authorization: Bearer …`; lives five minutes.
     */
    access_token: string;
    /**
     * `Bearer`.
     */
    token_type: string;
    /**
     * Seconds for which the access token is good.
     */
    expires_in: number;
    /**
     * For `refresh_session`; works once and is answered with the next one. Keep it secret.
     */
    refresh_token: string;
    /**
     * Who signed in.
     */
    person_id: string;
    /**
     * Where people go on; null for a mini program.
     */
    return_to: string | null;
    /**
     * Whether the person came just now.
     */
    is_new: boolean;
}
/**
 * Begin to link an account elsewhere to oneself: where to send the browser.
 * @export
 * @interface StartAtWayBody
 */
export interface StartAtWayBody {
    /**
     * The page of the front end to which the provider sends people back, where `state` and `code` are read; the provider has to know it, too.
     */
    callback_url: string;
    /**
     * The page from which they came, which the end answers again.
     */
    return_to: string;
    /**
     * Language of a new person.
     */
    locale?: Locale;
}


/**
 * Send a code to the old and to the new address; whether somebody has the new one is not said.
 * @export
 * @interface StartEmailChange
 */
export interface StartEmailChange {
    /**
     * The new address.
     */
    email: string;
}
/**
 * Send a code of eight digits to a phone; it is exchanged like one that was mailed.
 * @export
 * @interface StartPhoneSignIn
 */
export interface StartPhoneSignIn {
    /**
     * Where the code is sent: the number with its country.
     */
    phone: string;
    /**
     * Language of the message.
     */
    locale?: Locale;
    /**
     * The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for.
     */
    proof?: string | null;
}


/**
 * Put the member's next term up for payment, the same one until it is paid; a free one begins.
 * @export
 * @interface StartRenewalBody
 */
export interface StartRenewalBody {
    /**
     * Left out: the plan of the present term, else the only one on sale.
     */
    plan_id?: string | null;
}
/**
 * Send a code of eight digits to an address.
 * @export
 * @interface StartSignIn
 */
export interface StartSignIn {
    /**
     * Where the code is sent.
     */
    email: string;
    /**
     * Language of the mail.
     */
    locale?: Locale;
    /**
     * The solution that `membership.sign_in_proof_needed` asks for; null: none was asked for.
     */
    proof?: string | null;
}


/**
 * Send the browser to `authorize_url`, and keep `browser_secret` in it (`sessionStorage`).
 * @export
 * @interface StartedAtWay
 */
export interface StartedAtWay {
    /**
     * Where the browser goes to sign in there.
     */
    authorize_url: string;
    /**
     * What the provider sends back along, by which the end finds the start.
     */
    state: string;
    /**
     * What the start answered for this browser alone.
     */
    browser_secret: string;
    /**
     * Until when it can be finished.
     */
    expires_at: string;
}
/**
 * What is paid for; any kind whose owner answers for it.
 * @export
 * @interface Subject
 */
export interface Subject {
    /**
     * What sort of thing it is, such as `membership_term` or `meetup_seat`.
     */
    kind: string;
    /**
     * Its id with the service that owns it.
     */
    ref: string;
}
/**
 * Keep a member out until a day, that day included, or for good; the term goes on meanwhile.
 * @export
 * @interface SuspendMembershipBody
 */
export interface SuspendMembershipBody {
    /**
     * The last day without access; null = for good: nothing is sold to them.
     */
    until: string | null;
    /**
     * Why; the member reads it.
     */
    reason: string;
}
/**
 * That the community keeps the member out.
 * @export
 * @interface Suspension
 */
export interface Suspension {
    /**
     * The last day without access; null: for good.
     */
    until: string | null;
    /**
     * Why, in the owner's words.
     */
    reason: string;
}
/**
 * A page: the API keys that operate the system, newest first; those that are over for 90 days more.
 * @export
 * @interface SystemApiKeysPage
 */
export interface SystemApiKeysPage {
    /**
     * What is on this page.
     */
    items: Array<ApiKey>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * One period of a membership.
 * @export
 * @interface Term
 */
export interface Term {
    /**
     * Its id.
     */
    id: string;
    /**
     * How the term came about.
     */
    kind: TermKind;
    /**
     * The plan that it is of; null: of an import.
     */
    plan_id?: string | null;
    /**
     * The first day.
     */
    starts_on: string;
    /**
     * The last day, which is within it.
     */
    ends_on: string;
    /**
     * The order that paid for it; null: none did.
     */
    order_id: string | null;
}


/**
 * What goes back to who gives up on that day of the term or before; its first day is day 0.
 * @export
 * @interface TermBracket
 */
export interface TermBracket {
    /**
     * Up to which day of the term; the first is day 0.
     */
    days_after: number;
    /**
     * The share of what was paid, in percent.
     */
    percent: string;
}

/**
 * How a term came about.
 * - `paid`: Paid by an order.
 * - `free`: Of a plan that costs nothing.
 * - `comped`: Given by the community.
 * - `imported`: Brought along from the list of members of before.
 * @export
 */
export const TermKind = {
    paid: 'paid',
    free: 'free',
    comped: 'comped',
    imported: 'imported',
} as const;
export type TermKind = typeof TermKind[keyof typeof TermKind];

/**
 * What is to be paid; the last step.
 * @export
 * @interface TotalStep
 */
export interface TotalStep {
    /**
     * Which kind of step it is: each has its own fields.
     */
    rule: TotalStepRuleEnum;
    /**
     * What is to be paid, in minor units.
     */
    amount: number;
    /**
     * The currency, as an ISO 4217 code.
     */
    currency: string;
}


/**
 * @export
 */
export const TotalStepRuleEnum = {
    total: 'total',
} as const;
export type TotalStepRuleEnum = typeof TotalStepRuleEnum[keyof typeof TotalStepRuleEnum];

/**
 * `claim`: what one person said and a second one has to say likewise. `returned`: of what was received, what goes back to the payer.
 * @export
 * @interface Transfer
 */
export interface Transfer {
    /**
     * The payment that it belongs to.
     */
    payment_id: string;
    /**
     * The order that it belongs to.
     */
    order_id: string;
    /**
     * Who pays.
     */
    payer_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the payer writes on the transfer: 8 letters and digits.
     */
    reference: string;
    /**
     * Where the transfer stands.
     */
    state: TransferState;
    /**
     * What is to be transferred.
     */
    amount: Money;
    /**
     * What came so far.
     */
    received: Money;
    /**
     * What of it goes back to the payer.
     */
    returned: Money;
    /**
     * What was found on the account, oldest first.
     */
    receipts: Array<Receipt>;
    /**
     * What one person said and a second one has to say likewise; null: nothing.
     */
    claim: Receipt | null;
    /**
     * Until when the money has to be there.
     */
    expires_at: string;
    /**
     * When it was made.
     */
    created_at: string;
}


/**
 * How many transfers are in each state, and refunds wait for somebody who transfers them.
 * @export
 * @interface TransferCounts
 */
export interface TransferCounts {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * How many there are in each state.
     */
    counts: { [key: string]: number; };
    /**
     * How many refunds wait for somebody who transfers them.
     */
    due_refunds: number;
}

/**
 * In what a transfer differed from what its payer was told.
 * - `as_asked`: In nothing.
 * - `other_sender`: It came from somebody else's account.
 * - `other_reference`: Its reference was missing or another.
 * - `in_cash`: It was paid in cash.
 * @export
 */
export const TransferNote = {
    as_asked: 'as_asked',
    other_sender: 'other_sender',
    other_reference: 'other_reference',
    in_cash: 'in_cash',
} as const;
export type TransferNote = typeof TransferNote[keyof typeof TransferNote];


/**
 * Where a bank transfer stands.
 * - `open`: Money is awaited.
 * - `awaiting_second`: One person said what came; a second one has to say the same.
 * - `received`: All of it came.
 * - `closed`: Its time is over; what came goes back.
 * @export
 */
export const TransferState = {
    open: 'open',
    awaiting_second: 'awaiting_second',
    received: 'received',
    closed: 'closed',
} as const;
export type TransferState = typeof TransferState[keyof typeof TransferState];

/**
 * How a community takes transfers.
 * @export
 * @interface TransferTerms
 */
export interface TransferTerms {
    /**
     * The account that money goes to.
     */
    pay_to: BankAccount;
    /**
     * An order is open to the end of this many days after its transfer began.
     */
    transfer_days?: number;
    /**
     * What comes to more for one order counts when two people say the same; null = one is enough.
     */
    second_person_above?: Money | null;
}
/**
 * What a payer transfers: the payment's amount, with this reference.
 * @export
 * @interface TransferToMake
 */
export interface TransferToMake {
    /**
     * What the payer writes on the transfer: 8 letters and digits.
     */
    reference: string;
    /**
     * The account that it goes to.
     */
    pay_to: BankAccount;
    /**
     * Until when the money has to be there.
     */
    until: string;
}
/**
 * A page: the transfers of a community, oldest first, or by reference.
 * @export
 * @interface TransfersPage
 */
export interface TransfersPage {
    /**
     * What is on this page.
     */
    items: Array<ListedTransfer>;
    /**
     * The `cursor` of the next page; null on the last one.
     */
    next_cursor: string | null;
}
/**
 * What became of one code that the buyer gave.
 * @export
 * @interface TriedCoupon
 */
export interface TriedCoupon {
    /**
     * The code that the buyer gave.
     */
    code: string;
    /**
     * The coupon; null: it does not count.
     */
    coupon_id: string | null;
    /**
     * Whether the code counts.
     */
    applied: boolean;
    /**
     * Why it does not count; null: it does.
     */
    reason: CouponReason | null;
    /**
     * The reason in the reader's language; null: it counts.
     */
    detail: string | null;
}


/**
 * What one rule would have done.
 * @export
 * @interface TriedRule
 */
export interface TriedRule {
    /**
     * The place of the rule in its table, from 1.
     */
    rule: number;
    /**
     * In how many applications it would have found something.
     */
    found: number;
    /**
     * How many of them it would have rejected.
     */
    rejected: number;
    /**
     * Some of them, newest first.
     */
    application_ids: Array<string>;
}
/**
 * What rules would have done to the newest applications that were handed in.
 * @export
 * @interface TriedScreening
 */
export interface TriedScreening {
    /**
     * How many were looked at.
     */
    applications: number;
    /**
     * How many would have been rejected by one rule or another.
     */
    rejected: number;
    /**
     * What each rule would have done, in their order.
     */
    rules: Array<TriedRule>;
}
/**
 * What rules would have done to the last 200 applications; nothing is changed.
 * @export
 * @interface TryScreeningBody
 */
export interface TryScreeningBody {
    /**
     * The rules to try, as `change_screening` takes them.
     */
    rules: Array<ScreeningRule>;
}
/**
 * What is open and keeps what it has: price, place, use.
 * @export
 * @interface Unaffected
 */
export interface Unaffected {
    /**
     * Open purchases.
     */
    purchases: Counted;
    /**
     * Quotes that hold a price.
     */
    quotes: Counted;
    /**
     * Open orders.
     */
    orders: Counted;
}
/**
 * What is left to be read.
 * @export
 * @interface UnreadNotifications
 */
export interface UnreadNotifications {
    /**
     * How many are not read yet, counted up to 100.
     */
    unread: number;
}

/**
 * What a file is sent for.
 * - `answer`: An answer of an application.
 * - `picture`: A picture of a member or community.
 * - `import`: A list of existing members.
 * @export
 */
export const UploadPurpose = {
    answer: 'answer',
    picture: 'picture',
    import: 'import',
} as const;
export type UploadPurpose = typeof UploadPurpose[keyof typeof UploadPurpose];


/**
 * How far a file is.
 * - `receiving`: Parts are still to come.
 * - `ready`: All parts are here; nothing needs the file yet.
 * - `claimed`: Something needs the file.
 * @export
 */
export const UploadState = {
    receiving: 'receiving',
    ready: 'ready',
    claimed: 'claimed',
} as const;
export type UploadState = typeof UploadState[keyof typeof UploadState];

/**
 * A file that is sent in parts; it belongs to who sends it.
 * @export
 * @interface UploadedFile
 */
export interface UploadedFile {
    /**
     * Its id.
     */
    id: string;
    /**
     * Who sends the file.
     */
    person_id: string;
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * What the file is sent for.
     */
    purpose: UploadPurpose;
    /**
     * What the file is.
     */
    content_type: FileType;
    /**
     * Bytes of the file.
     */
    size: number;
    /**
     * `receiving` until the last part is here, `claimed` while something needs it.
     */
    state: UploadState;
    /**
     * Bytes of each part but the last.
     */
    part_size: number;
    /**
     * Of how many parts it is made.
     */
    parts: number;
    /**
     * The part that is to come; null when all are here.
     */
    next_part: number | null;
    /**
     * When it goes unless something needs it; null while that does.
     */
    expires_at: string | null;
    /**
     * Rises with each change; it is the ETag's, for If-Match.
     */
    version: number;
    /**
     * When it was made.
     */
    created_at: string;
    /**
     * When it was changed last.
     */
    updated_at: string;
}


/**
 * What one reviewer said; shown to staff only. `reason` is a rejection's.
 * @export
 * @interface Verdict
 */
export interface Verdict {
    /**
     * The reviewer who said it.
     */
    reviewer_id: string;
    /**
     * Whether they take the applicant in.
     */
    verdict: ReviewVerdict;
    /**
     * What they noted for the staff.
     */
    note: string;
    /**
     * When they said it.
     */
    at: string;
    /**
     * By the key of each criterion, from 1 to 5.
     */
    scores?: { [key: string]: any | null; };
    /**
     * Whether their rejection decided alone.
     */
    veto?: boolean;
    /**
     * Why they reject, in a code; null: they approve.
     */
    reason?: string | null;
}



/**
 * Whose rejection may be a veto.
 * - `none`: Nobody's.
 * - `owners`: An owner's.
 * - `any`: Any reviewer's.
 * @export
 */
export const Veto = {
    none: 'none',
    owners: 'owners',
    any: 'any',
} as const;
export type Veto = typeof Veto[keyof typeof Veto];


/**
 * Who finds a community.
 * - `public`: Anybody, in the list.
 * - `unlisted`: Whoever has its id or short name.
 * - `hidden`: Only its own people.
 * @export
 */
export const Visibility = {
    public: 'public',
    unlisted: 'unlisted',
    hidden: 'hidden',
} as const;
export type Visibility = typeof Visibility[keyof typeof Visibility];

/**
 * What a member said for an applicant; shown to staff only.
 * @export
 * @interface Vouch
 */
export interface Vouch {
    /**
     * The member who vouches.
     */
    voucher_id: string;
    /**
     * Why, in their words; empty once one of the two was erased.
     */
    words: string;
    /**
     * When they said it.
     */
    at: string;
}
/**
 * What became of the newest 500 at most for whom somebody vouches in a community.
 * @export
 * @interface VoucherRecord
 */
export interface VoucherRecord {
    /**
     * The community that it belongs to.
     */
    community_id: string;
    /**
     * Who vouches for them.
     */
    person_id: string;
    /**
     * How many wait for a decision.
     */
    waiting: number;
    /**
     * How many are approved and have to pay.
     */
    approved: number;
    /**
     * How many were rejected.
     */
    rejected: number;
    /**
     * How many withdrew.
     */
    withdrawn: number;
    /**
     * How many did not pay in time.
     */
    lapsed: number;
    /**
     * How many joined.
     */
    joined: number;
}

/**
 * What it counts for when members vouch for an applicant.
 * - `off`: Nothing; nobody can.
 * - `flag`: Reviewers see it.
 * - `approval`: One approval, once, where two or more are needed; else reviewers see it.
 * - `first`: Whom members vouch for come first in the review queue.
 * @export
 */
export const Vouching = {
    off: 'off',
    flag: 'flag',
    approval: 'approval',
    first: 'first',
} as const;
export type Vouching = typeof Vouching[keyof typeof Vouching];

/**
 * By what members find an application to vouch for: a secret, which its applicant hands out.
 * @export
 * @interface VouchingCode
 */
export interface VouchingCode {
    /**
     * The application that it belongs to.
     */
    application_id: string;
    /**
     * What the applicant hands to members who know them.
     */
    code: string;
}
/**
 * How many applications wait for a decision since a time.
 * @export
 * @interface WaitingFor
 */
export interface WaitingFor {
    /**
     * For less than so many hours; null: longer than all of these.
     */
    hours: number | null;
    /**
     * How many wait that long.
     */
    count: number;
}
/**
 * What waits for who looks after the money; each counted up to a thousand.
 * @export
 * @interface WaitingMoney
 */
export interface WaitingMoney {
    /**
     * To look for, or to confirm again.
     */
    transfers: number;
    /**
     * To transfer by hand.
     */
    refunds: number;
    /**
     * To decide about.
     */
    refund_requests: number;
}
/**
 * What waits for the staff; for those who may do something about it.
 * @export
 * @interface WaitingWork
 */
export interface WaitingWork {
    /**
     * Handed in and not decided, claimed or not.
     */
    applications: number;
}
/**
 * `kind` says what a front end has to do: send people to an address (`oidc`, `wechat_website` with its QR code, `wechat_official` inside WeChat), or ask WeChat for a code in a mini program (`wechat_mini`).
 * @export
 * @interface Way
 */
export interface Way {
    /**
     * What it is called in addresses, such as `wechat-website`.
     */
    name: string;
    /**
     * What a front end has to do for it.
     */
    kind: WayKind;
    /**
     * What a button says, in the reader's language.
     */
    label?: string;
}



/**
 * What a front end has to do for a way to sign in.
 * - `oidc`: Send people to the address of the start; they come back with `code` and `state`.
 * - `wechat_website`: The same, for browsers outside of WeChat: its page has a QR code.
 * - `wechat_official`: The same, for pages that are open inside of WeChat.
 * - `wechat_mini`: Ask WeChat for a code in the mini program (`wx.login`); there is no start.
 * @export
 */
export const WayKind = {
    oidc: 'oidc',
    wechat_website: 'wechat_website',
    wechat_official: 'wechat_official',
    wechat_mini: 'wechat_mini',
} as const;
export type WayKind = typeof WayKind[keyof typeof WayKind];

/**
 * `phone_countries` are what numbers may begin with; none: no codes are sent to phones.
 * @export
 * @interface Ways
 */
export interface Ways {
    /**
     * The accounts elsewhere by which people can sign in here.
     */
    ways: Array<Way>;
    /**
     * What a phone number may begin with, such as `+86`; none: no codes go to phones.
     */
    phone_countries: Array<string>;
}
