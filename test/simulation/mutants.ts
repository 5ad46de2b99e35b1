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
    find: 'const rows = await journal.append(',
    put: 'this.#transaction = next; this.#entry += 1; this.#perform(); await new Promise((r) => clock.after(1, r));\nconst rows = await journal.append(',
  },
  {
    name: 'a card that nobody took is not retained',
    file: 'transaction/table.js',
    find: "{ from: 'presented', on: 'deadline.passed', to: 'retaining',",
    put: "{ from: 'presented', on: 'deadline.passed', to: 'done',",
  },
  {
    name: 'a message counts as acknowledged when it was sent',
    file: 'kiosk/outgoing-events.js',
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
    file: 'transaction/recovery.js',
    find: 'noCard: LOST };',
    put: "noCard: { to: 'staging', card: 'uncertain', why: '' } };",
  },
  {
    name: 'lost messages are not sent again',
    file: 'kiosk/outgoing-events.js',
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
    file: 'kiosk/asks.js',
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
    file: 'transaction/recovery.js',
    find: 'staging: WITH_APPROVAL',
    put: "staging: { cardSeen: KEEP, noCard: { to: 'staging', why: '' } }",
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
  {
    name: 'the motor runs as soon as the carrier approves',
    file: 'kiosk/activities.js',
    find: "async 'await-approval'({ desk }, _visit, { id = '' }, signal) {\n        const answer = await desk.answer(id, 'sale.authorise', signal);",
    put: "async 'await-approval'({ desk, devices }, _visit, { id = '' }, signal) {\n        const answer = await desk.answer(id, 'sale.authorise', signal);\n        if (answer.decision === 'approved') void devices.dispenser.stage(signal).catch(() => undefined);",
  },
  {
    name: 'nobody waits for the disk',
    file: 'journal/journal.js',
    find: 'await this.#store.commit(commit);',
    put: 'void this.#store.commit(commit).catch(() => undefined);',
  },
  {
    name: 'messages go out before they are committed',
    file: 'kiosk/kiosk.js',
    find: 'const rows = await journal.append(',
    put: "desk.send([{ seq: journal.lastSeq() + 1, type: 'visit.started', payload: '{}' }]);\nconst rows = await journal.append(",
  },
  {
    name: 'the screen is ahead of the commit',
    file: 'kiosk/kiosk.js',
    find: 'const rows = await journal.append(',
    put: 'this.#transaction = next; this.#show({}); this.#transaction = from;\nconst rows = await journal.append(',
  },
  {
    name: 'the document is read before the customer has agreed',
    file: 'transaction/table.js',
    find: "{ from: 'idle', on: 'visit.started', to: 'consent',",
    put: "{ from: 'idle', on: 'visit.started', to: 'reading',",
  },
  {
    name: 'an outbox row goes when the broker has it',
    file: 'kiosk/carrier-desk.js',
    find: 'link.onUp(() => {',
    put: 'link.onPublished((seq) => void this.#journal.acknowledge(this.#journal.epoch, seq));\nlink.onUp(() => {',
  },
  {
    name: 'the carrier acknowledges what it does not have',
    file: 'carrier/ledger.js',
    find: 'replay: [upTo + 1, seq - 1]',
    put: 'upTo: seq',
  },
  {
    name: 'sequence numbers begin again after a crash with what was acknowledged',
    file: 'journal/books.js',
    find: 'this.#meta = meta;\n        this.#transaction = transaction;\n        this.stock = ',
    put: 'this.#meta = { ...meta, lastSeq: meta.acknowledged };\n        this.#transaction = transaction;\n        this.stock = ',
  },
  {
    name: 'a card is sold without an approval',
    file: 'transaction/table.js',
    find: "{ from: 'verifying', on: 'face.matched', to: 'authorising',",
    put: "{ from: 'verifying', on: 'face.matched', to: 'staging',",
  },
  {
    name: 'the carrier says that it has bound a card, and has not',
    file: 'carrier/sales.js',
    find: "await books.putSale({ ...sale, status: 'bound', iccid });",
    put: 'void sale;',
  },
  {
    name: 'a deadline is ignored',
    file: 'kiosk/kiosk.js',
    find: 'if (deadline !== null)',
    put: "if (deadline !== null && state !== 'presented')",
  },
  {
    name: 'a card that moved counts in both places',
    file: 'journal/stock.js',
    find: 'this.#tally[card.location] -= 1;',
    put: '',
  },
  {
    name: 'a card in the transport is presented again after a crash',
    file: 'transaction/recovery.js',
    find: 'const WITH_CARD = { cardSeen: KEEP_ITS_CARD,',
    put: "const WITH_CARD = { cardSeen: { to: 'presenting', why: '' },",
  },
  {
    name: 'a document that is refused is taken all the same',
    file: 'identity/rules.js',
    find: 'return refusals.find(([, refuses]) => refuses(fields, rules, today))?.[0];',
    put: 'return undefined;',
  },
  {
    name: 'an approval is not given back when the feed fails',
    file: 'transaction/table.js',
    find: "{ from: 'staging', on: 'device.failed', to: 'done', outcome: 'failed', emit: ['sale.void'] },",
    put: "{ from: 'staging', on: 'device.failed', to: 'done', outcome: 'failed' },",
  },
  {
    name: 'a card whose fate nobody knows is not reported',
    file: 'transaction/table.js',
    find: "{ from: 'retaining', on: 'device.failed', to: 'done', outcome: 'failed', emit: ['sale.uncertain'] },",
    put: "{ from: 'retaining', on: 'device.failed', to: 'done', outcome: 'failed' },",
  },
  {
    name: 'work goes on although its state was left',
    file: 'kiosk/kiosk.js',
    find: 'if (entry !== this.#entry || this.#stopped)',
    put: 'if (this.#stopped)',
  },
  {
    name: 'a motor is not told that its state was left',
    file: 'kiosk/occupation.js',
    find: 'if (this.#ended)\n            this.#abort.abort(new Error(why));',
    put: '',
  },
  {
    name: 'a start that cannot recover yet invites all the same',
    file: 'kiosk/kiosk.js',
    find: "if (this.#recovered && this.#transaction.state === 'idle')",
    put: "if (this.#transaction.state === 'idle')",
  },
  {
    name: 'somebody is invited although devices are gone',
    file: 'kiosk/health.js',
    find: '...allDevices(devices).map((device) => device.fault()),',
    put: '',
  },
  {
    name: 'a document may be tried once more than allowed',
    file: 'transaction/step.js',
    find: 'documentTries < limits.documentTries',
    put: 'documentTries <= limits.documentTries',
  },
  {
    name: 'what was read of a person stays in memory',
    file: 'kiosk/activities.js',
    find: 'visit.wipe();\n        desk.forget',
    put: 'desk.forget',
  },
  {
    name: 'what a crash left is forgotten',
    file: 'kiosk/kiosk.js',
    find: 'bench.journal.transaction() ?? initial(',
    put: 'initial(',
  },
  {
    name: 'the sensors are not asked',
    file: 'kiosk/activities.js',
    find: 'return (await dispenser.status()).media;',
    put: "await dispenser.status(); return 'none';",
  },
  {
    name: 'a replaced card stays live',
    file: 'carrier/sales.js',
    find: "await books.putSale({ ...old, status: 'replaced' });",
    put: '',
  },
  {
    name: 'a card is dead before the one in its place was taken',
    file: 'carrier/sales.js',
    find: "await books.putSale({ ...sale, status: 'bound', iccid });",
    put: `await books.putSale({ ...sale, status: 'bound', iccid });
        const old = sale.replaces === null ? undefined : await books.sale(sale.replaces);
        if (old) await books.putSale({ ...old, status: 'replaced' });`,
  },
  {
    name: 'a holder may have as many numbers as they like',
    file: 'carrier/numbers.js',
    find: '>= holderLimit',
    put: '>= Infinity',
  },
  {
    name: 'a start says that a card was taken, and cannot know',
    file: 'transaction/recovery.js',
    find: "    to: 'done',\n    card: 'uncertain',\n    emit: ['sale.uncertain'],",
    put: "    to: 'done',\n    card: 'taken',\n    emit: ['sale.taken'],",
  },
  {
    name: 'a start says that a card is in the bin, and cannot know',
    file: 'transaction/recovery.js',
    find: "card: 'uncertain',\n            emit: ['sale.uncertain'],",
    put: "card: 'retained',\n            emit: ['sale.void'],",
  },
  {
    name: 'a dispenser that fails while a card is presented counts as sold',
    file: 'transaction/table.js',
    find: "{ from: 'presented', on: 'device.failed', to: 'retaining', outcome: 'failed' }",
    put: "{ from: 'presented', on: 'device.failed', to: 'done', outcome: 'sold', card: 'taken', emit: ['sale.taken'] }",
  },
  {
    name: 'the head of the audit log stays where it is',
    file: 'journal/plan.js',
    find: 'head: entry.hash,',
    put: 'head: meta.head,',
  },
  {
    name: 'an entry of the audit log does not depend on the one before it',
    file: 'journal/chain.js',
    find: 'JSON.stringify([previous, id,',
    put: 'JSON.stringify([id,',
  },
  {
    name: 'the digest of the ledger does not change when a card moves',
    file: 'journal/plan.js',
    find: 'const ledger = relabelled(meta.ledger, before, cards);',
    put: 'const ledger = meta.ledger;',
  },
  {
    name: 'comparisons that fail are forgotten',
    file: 'kiosk/kiosk.js',
    find: 'event, kept }, taken, context',
    put: 'event }, taken, context',
  },
  {
    name: 'a technician moves the machine while somebody is served',
    file: 'kiosk/kiosk.js',
    find: 'if (this.inVisit)\n                    throw',
    put: 'if (false)\n                    throw',
  },
  {
    name: 'a state ends before its motor does',
    file: 'kiosk/kiosk.js',
    find: 'await this.#activity.ended();\n        await this.#take',
    put: 'await this.#take',
  },
  {
    name: 'two connections have the same number',
    file: 'journal/plan.js',
    find: 'const session = meta.session + 1;',
    put: 'const session = meta.session;',
  },
  {
    name: 'a journal that has failed is written to again',
    file: 'journal/journal.js',
    find: 'this.#failure = { error };',
    put: '',
  },
  {
    name: 'whoever waits for an answer does not hear of it',
    file: 'kiosk/asks.js',
    find: 'this.#answered.emit();',
    put: '',
  },
];
