/** A bug put into the compiled program: `find` stands there once. */
export interface Mutant {
  readonly name: string;
  /** Below `dist/src`. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

/** What the simulation has to find: each breaks one of the statements that are always true. */
export const mutants: readonly Mutant[] = [
  {
    name: 'an effect before its commit',
    file: 'kiosk/kiosk.js',
    find: 'const rows = await journal.append({\n            at: now,',
    put: 'this.#transaction = next; this.#entry += 1; this.#perform(); await new Promise((r) => clock.after(1, r));\nconst rows = await journal.append({\n            at: now,',
  },
  {
    name: 'a card that nobody took is not retained',
    file: 'transaction/table.js',
    find: "{ from: 'presented', on: 'deadline.passed', to: 'retaining',",
    put: "{ from: 'presented', on: 'deadline.passed', to: 'done',",
  },
  {
    name: 'a message counts as acknowledged when it was sent',
    file: 'kiosk/carrier-desk.js',
    find: 'this.#sent = row.seq;',
    put: 'this.#sent = row.seq; void this.#journal.acknowledge(this.#journal.epoch, row.seq);',
  },
  {
    name: 'the carrier takes a message twice',
    file: 'carrier/ledger.js',
    find: 'if (seq <= upTo)',
    put: 'if (seq < upTo)',
  },
  {
    name: 'the carrier does not notice a gap',
    file: 'carrier/ledger.js',
    find: 'if (seq > upTo + 1)',
    put: 'if (seq > upTo + 1_000)',
  },
  {
    name: 'recovery dispenses again',
    file: 'transaction/table.js',
    find: "{ from, on: 'media.checked', to: 'done', ...INTERRUPTED, card: 'uncertain', emit: ['sale.uncertain'] },",
    put: "{ from, on: 'media.checked', to: 'staging', card: 'uncertain' },",
  },
  {
    name: 'lost messages are not sent again',
    file: 'kiosk/carrier-desk.js',
    find: 'this.#sent = this.#acknowledged;\n        this.#watchAcknowledgement();',
    put: 'return;\n        this.#watchAcknowledgement();',
  },
  {
    name: 'a commit leaves a message out',
    file: 'journal/plan.js',
    find: 'outbox: rows,',
    put: 'outbox: rows.slice(0, 1),',
  },
  {
    name: 'a card that was sold stays in the transport by the ledger',
    file: 'transaction/table.js',
    find: "outcome: 'sold', card: 'taken', emit",
    put: "outcome: 'sold', emit",
  },
  {
    name: 'an answer to another sale is taken for this one',
    file: 'kiosk/carrier-desk.js',
    find: 'this.#answers.get(key)',
    put: '[...this.#answers.values()].find((one) => one.ask === ask)',
  },
  {
    name: 'a card is presented without asking the carrier to bind it',
    file: 'transaction/table.js',
    find: "{ from: 'identifying', on: 'card.identified', to: 'binding', card: 'transport', emit: ['sale.bind'] },",
    put: "{ from: 'identifying', on: 'card.identified', to: 'presenting', card: 'transport' },",
  },
  {
    name: 'a face that does not match is let through',
    file: 'kiosk/activities.js',
    find: "verdict.decision === 'match'",
    put: "verdict.decision !== ''",
  },
  {
    name: 'a commit that failed counts as made',
    file: 'journal/journal.js',
    find: 'this.#failure = { error };\n            throw error;',
    put: '',
  },
  {
    name: 'an approval that came too late is not given back',
    file: 'transaction/table.js',
    find: "reason: 'carrier.no-answer',\n        emit: ['sale.void'],",
    put: "reason: 'carrier.no-answer',",
  },
  {
    name: 'a refill counts cards twice that the ledger knows',
    file: 'journal/stock.js',
    find: '.filter((iccid) => !stock.card(iccid))',
    put: '.filter(() => true)',
  },
  {
    name: 'what a crash left in the transport is not looked at',
    file: 'kiosk/kiosk.js',
    find: 'const cut = !this.#recovered && this.#transaction.state !== ',
    put: 'const cut = false && this.#transaction.state !== ',
  },
  {
    name: 'a feed that was cut off is begun again after the restart',
    file: 'transaction/table.js',
    find: "{ from: 'staging', on: 'media.checked', to: 'done', ...INTERRUPTED, emit: ['sale.void'] },",
    put: "{ from: 'staging', on: 'media.checked', to: 'staging' },",
  },
  {
    name: 'a retained card counts as taken',
    file: 'transaction/table.js',
    find: "{ from: 'retaining', on: 'card.retained', to: 'done', card: 'retained', emit: ['sale.void'] },",
    put: "{ from: 'retaining', on: 'card.retained', to: 'done', card: 'taken', emit: ['sale.void'] },",
  },
  {
    name: 'an approval is used for a second card when the first was retained',
    file: 'transaction/table.js',
    find: "{ from: 'retaining', on: 'card.retained', to: 'done', card: 'retained', emit: ['sale.void'] },",
    put: "{ from: 'retaining', on: 'card.retained', to: 'staging', card: 'retained' },",
  },
  {
    name: 'a sequence number is left out',
    file: 'journal/plan.js',
    find: 'const seq = meta.lastSeq + rows.length;',
    put: 'const seq = meta.lastSeq + rows.length + (rows.length > 1 ? 1 : 0);',
  },
  {
    name: 'a number goes live when its card is presented',
    file: 'transaction/table.js',
    find: "{ from: 'presenting', on: 'card.presented', to: 'presented' },",
    put: "{ from: 'presenting', on: 'card.presented', to: 'presented', emit: ['sale.taken'] },",
  },
];
