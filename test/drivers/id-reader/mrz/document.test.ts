import fc from 'fast-check';
import t from 'tap';
import { checkDigit, encodeZone } from '../../../../drivers/emulator/id-reader/mrz-writer.js';
import { decodeZone } from '../../../../drivers/id-reader/mrz/document.js';
import type { Zone } from '../../../../drivers/id-reader/mrz/zone-assembler.js';
import type { DocumentFields } from '../../../../src/contracts/id-reader.js';
import { codeOf } from '../../../../src/errors.js';
import { person, personFields } from './bench.js';

const TODAY = '20260401';

/** The specimens of ICAO Doc 9303 parts 4, 5 and 6; part 5 has the one with the long number. */
const specimens = {
  TD3: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'],
  TD1: ['I<UTOD231458907<<<<<<<<<<<<<<<', '7408122F1204159UTO<<<<<<<<<<<6', 'ERIKSSON<<ANNA<MARIA<<<<<<<<<<'],
  TD2: ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'],
} as const;

/** No check digit covers the state, so the specimens hold in any. */
const from = (zone: Zone, state: string): Zone => zone.map((line) => line.replaceAll('UTO', state));
const eriksson: DocumentFields = { ...personFields, number: 'D23145890', validTo: '20120415' };

const decode = (zone: Zone): DocumentFields => decodeZone(zone, TODAY);
function refusal(zone: Zone): string {
  try {
    decode(zone);
    return 'none';
  } catch (error) {
    return codeOf(error);
  }
}

void t.test('the specimens of ICAO Doc 9303 are understood', (t) => {
  t.same(decode(from(specimens.TD3, 'D<<')), { ...eriksson, layout: 'TD3', number: 'L898902C3' });
  t.same(decode(from(specimens.TD1, 'D<<')), { ...eriksson, layout: 'TD1' });
  t.same(decode(from(specimens.TD2, 'D<<')), { ...eriksson, layout: 'TD2' });
  t.end();
});

void t.test('a state is written in its letters, and a state that does not exist issues nothing', (t) => {
  t.match(decode(from(specimens.TD3, 'CAN')), { nationality: 'CAN', issuer: 'CAN' });
  t.match(decode(encodeZone({ ...person, nationality: 'XXA', issuer: 'CHE' })), { nationality: 'XXA', issuer: 'CHE' });
  t.equal(refusal(specimens.TD3), 'document.malformed', 'Utopia');
  t.end();
});

void t.test('a number of more than nine characters goes on in the optional data', (t) => {
  for (const [layout, number] of [
    ['TD1', 'D23145890734'],
    ['TD1', 'D234567890123456789012'.slice(0, 22)],
    ['TD2', 'D23145890734'],
  ] as const)
    t.equal(decode(encodeZone({ ...person, layout, number })).number, number);
  t.end();
});

void t.test('a long number without its rest, its check digit or its filler is not made up', (t) => {
  const endings = ['<<<<<<<<<<<<<<<', '7<<<<<<<<<<<<<<', '0<<<<<<<<<<<<<<', '123456789012345'];
  for (const optional of endings) {
    for (const digit of '0123456789') {
      const upper = `I<D<<D23145${digit}90<${optional}`;
      const [, middle = '', lower = ''] = encodeZone({ ...person, layout: 'TD1' });
      const composite = checkDigit(upper.slice(5) + middle.slice(0, 7) + middle.slice(8, 15) + middle.slice(18, 29));
      t.equal(refusal([upper, middle.slice(0, 29) + composite, lower]), 'document.check-digit');
    }
  }
  t.end();
});

void t.test('a name may have one identifier or two, and fill its field', (t) => {
  const long = 'A'.repeat(39);
  for (const name of ['ARKFREITH', 'VAN DER MEER, ANNA MARIA', long])
    t.equal(decode(encodeZone({ ...person, name })).name, name);
  t.equal(decode(encodeZone({ ...person, name: 'Müller, José' })).name, 'MULLER, JOSE');
  t.end();
});

void t.test('sex is M, F, or X when it is not said', (t) => {
  for (const sex of ['M', 'F', 'X']) t.equal(decode(encodeZone({ ...person, sex })).sex, sex);
  t.end();
});

void t.test('a changed character that a check digit covers is noticed, in every layout', (t) => {
  for (const layout of ['TD1', 'TD2', 'TD3'] as const) {
    const zone = encodeZone({ ...person, layout });
    const line = layout === 'TD1' ? 0 : 1;
    const start = layout === 'TD1' ? 5 : 0;
    for (let at = start; at < start + 10; at += 1) {
      const wrong = zone.map((text, i) => (i === line ? changed(text, at) : text));
      t.equal(refusal(wrong), 'document.check-digit', `${layout} ${at}`);
    }
    const composite = zone.map((text, i) => (i === 1 ? changed(text, text.length - 1) : text));
    t.equal(refusal(composite), 'document.check-digit', `${layout}, the composite one`);
  }
  t.end();
});

/** Another character of the same kind, and never one that weighs the same. */
function changed(text: string, at: number): string {
  const next = (character: string): string =>
    character === '9'
      ? '0'
      : character === 'Z'
        ? 'A'
        : character === '<'
          ? '1'
          : String.fromCharCode(character.charCodeAt(0) + 1);
  return text.slice(0, at) + next(text.charAt(at)) + text.slice(at + 1);
}

void t.test('an O for a 0 and an I for a 1 are not corrected', (t) => {
  const [first = '', second = ''] = encodeZone(person);
  t.equal(refusal([first, second.replace('0', 'O')]), 'document.check-digit', 'in the number');
  t.equal(
    refusal([first, second.slice(0, 13) + second.slice(13, 20).replace('1', 'I') + second.slice(20)]),
    'document.malformed',
    'in a date',
  );
  t.end();
});

void t.test('a visa and the old French card identify nobody here', (t) => {
  const [first = '', second = ''] = encodeZone(person);
  t.equal(refusal([`V${first.slice(1)}`, second]), 'document.unsupported');
  const french = ['IDFRABERTHIER<<<<<<<<<<<<<<<<<<<<<<<', '8806923102858CORINNE<<<<<<<6512068F6'];
  t.equal(refusal(french), 'document.unsupported');
  t.end();
});

void t.test(
  'whatever a zone says, it is understood or refused with a code, and the refusal quotes nothing of it',
  (t) => {
    const character = fc.constantFrom(...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<'));
    const line = (width: number): fc.Arbitrary<string> =>
      fc.array(character, { minLength: width, maxLength: width }).map((all) => all.join(''));
    const zone = fc.oneof(
      fc.tuple(line(30), line(30), line(30)),
      fc.tuple(line(36), line(36)),
      fc.tuple(line(44), line(44)),
    );
    const nearly = fc.tuple(fc.constantFrom('TD1', 'TD2', 'TD3'), fc.nat(), character).map(([layout, where, put]) => {
      const text = encodeZone({ ...person, layout }).join('\n');
      const at = where % text.length;
      return text[at] === '\n' ? text.split('\n') : (text.slice(0, at) + put + text.slice(at + 1)).split('\n');
    });
    const property = fc.property(fc.oneof(zone, nearly), (lines) => {
      try {
        decode(lines);
      } catch (error) {
        t.match(codeOf(error), /^document\.(malformed|check-digit|unsupported)$/);
        t.notMatch(String((error as Error).stack), /[A-Z0-9]{9}|<</);
        t.equal((error as Error).cause, undefined);
      }
    });
    fc.assert(property);
    t.end();
  },
);
