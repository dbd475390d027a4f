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
};
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
};
/**
 * @export
 */
export const BasePriceStepRuleEnum = {
    base_price: 'base_price',
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
/**
 * @export
 */
export const CouponStepRuleEnum = {
    coupon: 'coupon',
};
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
};
/**
 * @export
 */
export const CreatePlanBodyStateEnum = {
    draft: 'draft',
    on_sale: 'on_sale',
};
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
};
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
};
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
};
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
};
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
};
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
};
/**
 * Whether somebody becomes a member or stays one.
 * - `join`: They become a member.
 * - `renew`: They have another term.
 * @export
 */
export const JoinPurpose = {
    join: 'join',
    renew: 'renew',
};
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
};
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
};
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
};
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
};
/**
 * What is good to know before applying.
 * - `no_plan_on_sale`: Nothing can be paid yet: who is approved waits for a plan.
 * - `form_changed`: The draft answers an earlier form, by which it can be handed in.
 * @export
 */
export const JoiningNote = {
    no_plan_on_sale: 'no_plan_on_sale',
    form_changed: 'form_changed',
};
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
};
/**
 * @export
 */
export const LadderStepRuleEnum = {
    ladder: 'ladder',
};
/**
 * @export
 */
export const LineStepRuleEnum = {
    line: 'line',
};
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
};
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
};
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
};
/**
 * A language of texts and mails.
 * - `zh-CN`: Simplified Chinese.
 * - `en`: English.
 * @export
 */
export const Locale = {
    zh_CN: 'zh-CN',
    en: 'en',
};
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
};
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
};
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
};
/**
 * What becomes of a quote with a code that does not count.
 * - `error`: The quote is refused; nothing is held or changed.
 * - `ignore`: The price is without it, and `coupons` says why.
 * @export
 */
export const OnRefused = {
    error: 'error',
    ignore: 'ignore',
};
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
};
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
};
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
};
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
};
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
};
/**
 * @export
 */
export const PromiseStepRuleEnum = {
    promise: 'promise',
};
/**
 * By whom money comes.
 * - `sandbox`: A provider for trying things out; no money moves.
 * - `transfer`: A transfer to the community's bank account.
 * @export
 */
export const Provider = {
    sandbox: 'sandbox',
    transfer: 'transfer',
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
/**
 * @export
 */
export const RenewalPriceStepRuleEnum = {
    renewal_price: 'renewal_price',
};
/**
 * Until when an edit of the answers has an application judged anew.
 * - `never`: Nobody edits what was handed in.
 * - `until_paid`: Applicants edit until they have paid; an approval is taken back by it.
 * @export
 */
export const Reopening = {
    never: 'never',
    until_paid: 'until_paid',
};
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
};
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
};
/**
 * What a reviewer said.
 * - `approve`: Take the applicant in.
 * - `reject`: Do not.
 * @export
 */
export const ReviewVerdict = {
    approve: 'approve',
    reject: 'reject',
};
/**
 * @export
 */
export const RoundingRuleEnum = {
    half_up_once: 'half_up_once',
};
/**
 * What became of a row of an import.
 * - `accepted`: The member is there (of a dry run: would be).
 * - `refused`: Refused; `problems` says why.
 * @export
 */
export const RowResult = {
    accepted: 'accepted',
    refused: 'refused',
};
/**
 * What follows from what a screening rule found.
 * - `flag`: Reviewers see it.
 * - `reject`: The application is rejected at once, with the rule's reason.
 * @export
 */
export const ScreeningEffect = {
    flag: 'flag',
    reject: 'reject',
};
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
};
/**
 * @export
 */
export const ScreeningRuleLabelEnum = {
    segment: 'segment',
    city: 'city',
};
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
};
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
};
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
};
/**
 * @export
 */
export const TotalStepRuleEnum = {
    total: 'total',
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
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
};
