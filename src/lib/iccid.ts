/**
 * The number of a SIM card (ICCID): `89`, country code, issuer, account and a Luhn digit; 19 or 20 digits
 * (ITU-T E.118 §3; check digit: ISO/IEC 7812-1 annex B).
 */
const LONGEST = 20;
const BATCH_PREFIX = '8986';

/** The check digit that belongs behind these digits. */
export function luhnDigit(digits: string): string {
  if (!/^\d+$/.test(digits)) throw new RangeError('not a row of digits');
  let sum = 0;
  for (let i = 1; i <= digits.length; i += 1) {
    const weighted = Number(digits.at(-i)) * (i % 2 === 0 ? 1 : 2);
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return String((10 - (sum % 10)) % 10);
}

/** Whether the last digit is the check digit of the others. Cards are in use whose ICCID comes without one. */
export function luhnHolds(iccid: string): boolean {
  return /^\d{2,}$/.test(iccid) && luhnDigit(iccid.slice(0, -1)) === iccid.at(-1);
}

/**
 * The ICCIDs, itself first, under which a list may have the card that says this one: lists come with and without the
 * check digit.
 */
export function writtenForms(iccid: string): readonly string[] {
  const shorter = iccid.length === LONGEST && luhnHolds(iccid) ? [iccid.slice(0, -1)] : [];
  const longer = iccid.length === LONGEST - 1 ? [iccid + luhnDigit(iccid)] : [];
  return [iccid, ...shorter, ...longer];
}

/**
 * The ICCID in the 10 bytes of EF 2FE2 (ETSI TS 102 221 §13.2: nibbles swapped, the unused ones `F`).
 * @throws RangeError when the bytes hold anything but digits and padding
 */
export function fromEf2fe2(bytes: Uint8Array): string {
  const nibbles = [...bytes].map((byte) => (byte & 0x0f).toString(16) + (byte >> 4).toString(16)).join('');
  const digits = /^(\d{18,20})f*$/.exec(nibbles)?.[1];
  if (bytes.length !== LONGEST / 2 || !digits) throw new RangeError('EF 2FE2 holds no ICCID');
  return digits;
}

/** The 10 bytes of EF 2FE2 for an ICCID. @throws RangeError when it has other than 18–20 digits */
export function toEf2fe2(iccid: string): Uint8Array {
  if (!/^\d{18,20}$/.test(iccid)) throw new RangeError('no ICCID');
  const swapped = iccid.padEnd(LONGEST, 'F').replaceAll(/(.)(.)/g, '$2$1');
  return new Uint8Array(Buffer.from(swapped, 'hex'));
}

/** ICCIDs of 20 digits for cards that do not exist, counted up from `start`: valid in form and check digit. */
export function batchIccids(count: number, start = 1): string[] {
  return Array.from({ length: count }, (_, i) => {
    const account = BATCH_PREFIX + String(start + i).padStart(LONGEST - BATCH_PREFIX.length - 1, '0');
    return account + luhnDigit(account);
  });
}
