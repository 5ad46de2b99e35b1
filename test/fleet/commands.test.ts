import fc from 'fast-check';
import { test } from 'tap';
import {
  admit,
  Command,
  commandTypes,
  isCommandName,
  lateness,
  MOST_PARTS,
  PART_BYTES,
  Reply,
} from '../../src/fleet/commands.js';
import { MAX_MESSAGE } from '../../src/contracts/link.js';

const NOW = Date.UTC(2026, 3, 1, 12);
const CALM = { now: NOW, clockFault: undefined, inVisit: false };
const iso = (at: number): string => new Date(at).toISOString();
const ARGS: Readonly<Partial<Record<string, object>>> = { 'unlock-document': { lock: 'l' } };
const command = (type: string, changes: Partial<Command> = {}): Command => ({
  ...{ id: '00000000-0000-4000-8000-000000000001', type, by: 'anna', whenIdle: false },
  ...{ issuedAt: iso(NOW - 1_000), deadline: iso(NOW + 1_000), args: { ...ARGS[type] } },
  ...changes,
});
const names = Object.keys(commandTypes).filter(isCommandName);

test('every command is accepted between visits, and refused in the middle of one unless it waits', (t) => {
  for (const name of names) {
    t.same(admit(command(name), CALM), { status: 'accepted' }, name);
    t.match(admit(command(name), { ...CALM, inVisit: true }), { status: 'rejected', reason: 'control.not-now' });
    t.same(admit(command(name, { whenIdle: true }), { ...CALM, inVisit: true }), { status: 'accepted' });
  }
  t.end();
});

test('a command whose deadline is here or over is expired, and by a clock that is not believed dangerous ones are refused', (t) => {
  for (const name of names) {
    t.match(admit(command(name, { deadline: iso(NOW) }), CALM), { status: 'expired', reason: 'command.expired' });
    const said = admit(command(name), { ...CALM, clockFault: 'clock.not-set' });
    t.match(
      said,
      commandTypes[name].dangerous ? { status: 'rejected', reason: 'clock.not-set' } : { status: 'accepted' },
    );
  }
  const dangerous = names.filter((name) => commandTypes[name].dangerous);
  t.same(dangerous, ['in-service', 'restart', 'retain-card', 'unlock-document'], 'whatever moves or opens something');
  t.end();
});

test('an unknown type, and arguments that do not fit, are refused with a code and what is wrong', (t) => {
  for (const type of ['dance', 'toString', '__proto__', 'constructor'])
    t.match(admit(command(type), CALM), { status: 'rejected', reason: 'command.unknown', detail: type });
  const wrong = command('log-excerpt', { args: { level: 'loud', since: 1 } });
  t.match(admit(wrong, CALM), { reason: 'command.bad-arguments', detail: /level.*since/ });
  t.match(admit(command('unlock-document', { args: {} }), CALM), { reason: 'command.bad-arguments', detail: /lock/ });
  t.end();
});

test('whatever a command says, nothing late or unknown is ever accepted, and nothing throws', (t) => {
  const any = fc.record({
    id: fc.uuid(),
    type: fc.oneof(fc.constantFrom(...names), fc.string({ minLength: 1, maxLength: 64 })),
    issuedAt: fc.constant(iso(NOW)),
    deadline: fc.integer({ min: -5, max: 5 }).map((ms) => iso(NOW + ms)),
    whenIdle: fc.boolean(),
    by: fc.string({ minLength: 1, maxLength: 64 }),
    args: fc.oneof(fc.constant({}), fc.dictionary(fc.string({ maxLength: 64 }), fc.jsonValue())),
  });
  const circumstances = fc.record({
    now: fc.constant(NOW),
    clockFault: fc.constantFrom('clock.not-set' as const, undefined),
    inVisit: fc.boolean(),
  });
  const property = fc.property(any, circumstances, (one, when) => {
    const said = admit(one, when);
    if (said.status !== 'accepted') return Reply.safeParse({ command: one.id, ...said }).success;
    const isKnown = isCommandName(one.type) && commandTypes[one.type].args.safeParse(one.args).success;
    return isKnown && Date.parse(one.deadline) > NOW && !(when.inVisit && !one.whenIdle) && !lateness(one, when);
  });
  t.doesNotThrow(() => fc.assert(property, { numRuns: 2_000 }));
  t.end();
});

test('no JSON makes the reader of commands throw', (t) => {
  t.doesNotThrow(() => fc.assert(fc.property(fc.jsonValue(), (json) => !Command.safeParse(json).success)));
  for (const wrong of [{ id: 'x' }, { deadline: 'soon' }, { whenIdle: 'yes' }, { by: '' }, { args: [] }, { more: 1 }])
    t.notOk(Command.safeParse({ ...command('doctor'), ...wrong }).success, JSON.stringify(wrong));
  t.end();
});

test('a part of a long text fits into a message, signed, with everything else as long as it may be', (t) => {
  const gzip = Buffer.alloc(PART_BYTES).toString('base64');
  const part = { index: MOST_PARTS - 1, of: MOST_PARTS, gzip };
  const reply = { command: command('doctor').id, status: 'succeeded', part, result: { lines: 1e9, leftOut: 1e9 } };
  t.ok(Reply.safeParse(reply).success);
  const signature = 1_000;
  t.ok(Buffer.from(JSON.stringify(reply)).toString('base64url').length + signature < MAX_MESSAGE);
  t.end();
});
