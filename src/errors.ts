/** Who can mend a failure: decides whose screen or alarm it goes to. */
export type Mender = 'customer' | 'technician' | 'operator' | 'carrier' | 'developer';

interface ErrorEntry {
  /** One sentence that a technician understands. */
  readonly means: string;
  readonly mender: Mender;
}

/** Every error of the product. A code never changes its meaning; a new meaning is a new code. */
const table = {
  // documents
  'document.none': { means: 'No document was placed on the reader in time.', mender: 'customer' },
  'document.removed': { means: 'The document was taken away while it was being read.', mender: 'customer' },
  'document.unreadable': { means: 'The reader found a document but could not read it.', mender: 'customer' },
  'document.not-genuine': { means: 'The reader could not verify the document as genuine.', mender: 'customer' },
  'document.malformed': {
    means: 'A field of the document does not have the form its standard asks for.',
    mender: 'customer',
  },
  'document.unsupported': { means: 'This kind of document is not accepted at this kiosk.', mender: 'customer' },
  'document.check-digit': { means: 'A check digit of the document is wrong.', mender: 'customer' },
  'document.bad-date': {
    means: 'The document carries a date that does not exist or contradicts another.',
    mender: 'customer',
  },
  'document.not-yet-valid': { means: 'The document is not valid yet.', mender: 'customer' },
  'document.expired': { means: 'The document has expired.', mender: 'customer' },
  'document.under-age': { means: 'The holder is below the minimum age.', mender: 'customer' },
  'document.locked': {
    means: 'The face did not match this document too often here: it is locked for a while, and staff can help.',
    mender: 'customer',
  },
  'document.not-locked': { means: 'No document is locked here under this name, or no more.', mender: 'operator' },
  'document.photo-unreadable': {
    means: 'The photograph on the document is missing or cannot be decoded.',
    mender: 'customer',
  },
  'document.photo-no-face': {
    means: 'No usable face was found in the photograph on the document.',
    mender: 'customer',
  },
  // faces
  'face.no-match': { means: 'The live face does not match the photograph on the document.', mender: 'customer' },
  'face.no-face': { means: 'No face was seen by the camera in time.', mender: 'customer' },
  'face.several-faces': { means: 'More than one face was in front of the camera.', mender: 'customer' },
  'face.too-far': {
    means: 'The face is too small in the picture: the customer stands too far away.',
    mender: 'customer',
  },
  'face.too-dark': { means: 'The face is too dark to be compared.', mender: 'customer' },
  'face.too-bright': { means: 'The face is over-exposed.', mender: 'customer' },
  'face.blurred': { means: 'The face is blurred.', mender: 'customer' },
  'face.turned-away': { means: 'The face is turned away from the camera.', mender: 'customer' },
  'face.cropped': { means: 'Part of the face lies outside the picture.', mender: 'customer' },
  'face.eyes-closed': { means: 'The eyes were closed.', mender: 'customer' },
  'face.not-live': {
    means: 'What was in front of the camera moved or looked like a picture, not like a face.',
    mender: 'customer',
  },
  'face.changed': { means: 'Another face came in front of the camera during the capture.', mender: 'customer' },
  'face.challenge-failed': {
    means: 'The customer did not do what the liveness challenge asked for.',
    mender: 'customer',
  },
  'face.image-unreadable': {
    means: 'An image cannot be decoded: it is truncated, damaged or of an unknown format.',
    mender: 'technician',
  },
  'face.image-too-large': { means: 'An image claims more pixels than are accepted.', mender: 'technician' },
  'face.engine-failed': { means: 'The face engine crashed or returned no usable result.', mender: 'technician' },
  'face.engine-starting': { means: 'The face engine is being started.', mender: 'technician' },
  'face.model-missing': { means: 'A model file is missing: run the set-up again.', mender: 'technician' },
  'face.model-altered': {
    means: 'A model file does not have the SHA-256 that models/manifest.json names.',
    mender: 'technician',
  },
  'face.model-mismatch': {
    means:
      'The set of models is not of use: a file does not fit its entry in models/manifest.json, or the challenge lacks a network.',
    mender: 'technician',
  },
  'bench.pairs-invalid': {
    means: 'The list of pairs cannot be read, or a line of it has the layout of neither LFW nor the CSV.',
    mender: 'technician',
  },
  'bench.images-missing': {
    means: 'The folder of images holds none of the pictures that are listed.',
    mender: 'technician',
  },
  // ID reader
  'reader.offline': { means: 'The ID reader cannot be opened or its line was lost.', mender: 'technician' },
  'reader.no-answer': { means: 'The ID reader did not answer a command in time.', mender: 'technician' },
  'reader.bad-frame': { means: 'The ID reader sent a frame with a wrong length or checksum.', mender: 'technician' },
  'reader.refused': { means: 'The ID reader answered a command with an error status.', mender: 'technician' },
  'reader.decoder-failed': {
    means: 'The library that decodes the photograph of a document crashed, hung or cannot be loaded.',
    mender: 'technician',
  },
  'reader.self-test': {
    means: 'The ID reader reports that its self-test failed or that it is not authorised.',
    mender: 'technician',
  },
  // camera
  'camera.offline': { means: 'The camera cannot be opened or was lost.', mender: 'technician' },
  'camera.stalled': { means: 'The camera is open but sends no pictures.', mender: 'technician' },
  'camera.garbage': { means: 'The camera sends data that are no pictures.', mender: 'technician' },
  'camera.program-missing': {
    means: 'The program that reads the camera (ffmpeg, rpicam-vid, fswebcam) is not installed.',
    mender: 'technician',
  },
  'camera.not-in-memory': {
    means: 'The folder for still pictures is not in memory: no picture may touch a disk.',
    mender: 'technician',
  },
  // GPIO
  'gpio.chip-missing': { means: 'The GPIO chip is not there or was lost.', mender: 'technician' },
  'gpio.line-unknown': { means: 'The GPIO chip has no line of this name.', mender: 'technician' },
  'gpio.line-busy': {
    means: 'Another program, or another device of this kiosk, holds this GPIO line.',
    mender: 'technician',
  },
  'gpio.no-access': { means: 'This user may not open the GPIO chip: see the udev rules.', mender: 'technician' },
  'gpio.unsupported': {
    means: 'The kernel does not offer what this GPIO driver needs: use the other driver.',
    mender: 'technician',
  },
  'gpio.line-direction': { means: 'The GPIO line was requested in the other direction.', mender: 'technician' },
  'gpio.safe-off-unwritable': {
    means: 'The outputs and their safe levels cannot be written down: none is used without.',
    mender: 'technician',
  },
  // dispenser
  'dispenser.media-jam': { means: 'A card is jammed in the dispenser.', mender: 'technician' },
  'dispenser.card-unit-empty': { means: 'The card stack is empty.', mender: 'technician' },
  'dispenser.occupied': { means: 'A card is already in the transport or at the exit.', mender: 'technician' },
  'dispenser.no-media': { means: 'There is no card where one was expected.', mender: 'technician' },
  'dispenser.retain-bin-full': { means: 'The retain bin is full.', mender: 'technician' },
  'dispenser.not-ready': {
    means: 'The dispenser does not report that it is ready: it is switched off, disabled or broken.',
    mender: 'technician',
  },
  'dispenser.not-taken': { means: 'The customer did not take the card in time; it was retained.', mender: 'customer' },
  'card.unreadable': {
    means: 'The identity of the card could not be read before it was presented.',
    mender: 'technician',
  },
  'card.unknown': { means: 'The card is not in the loaded batch.', mender: 'technician' },
  'card.repeated': {
    means: 'The ICCID of the card belongs to one that was taken or retained before.',
    mender: 'technician',
  },
  'card.refused-repeatedly': {
    means: 'Three cards in a row could not be identified or are not those in the books; the others stay in the stack.',
    mender: 'technician',
  },
  'card.misplaced': {
    means: 'The card is here, although it counts as retained: its ICCID had not been read before.',
    mender: 'technician',
  },
  'card.uncertain': {
    means: 'The fate of a card cannot be known and waits for a technician to settle it.',
    mender: 'technician',
  },
  'card.identifier-offline': {
    means: 'The card identifier (bar code or contact reader) cannot be opened or was lost.',
    mender: 'technician',
  },
  'cabinet.door-open': { means: 'The door of the kiosk is open.', mender: 'technician' },
  'kiosk.out-of-service': { means: 'An operator has taken the kiosk out of service.', mender: 'operator' },
  'kiosk.maintenance': { means: 'A technician has put the kiosk into maintenance.', mender: 'technician' },
  'stock.order-unknown': {
    means: 'The order of the cards in the stack is in doubt, and nothing else tells them apart.',
    mender: 'technician',
  },
  'stock.batch-invalid': {
    means: 'The batch file cannot be read, does not list ICCIDs, one a line, or lists one twice.',
    mender: 'technician',
  },
  // carrier
  'carrier.offline': { means: 'The carrier cannot be reached.', mender: 'operator' },
  'carrier.not-enrolled': {
    means: 'The carrier is there and does not answer this kiosk: it may not know the key of the kiosk.',
    mender: 'operator',
  },
  'carrier.no-answer': { means: 'The carrier did not answer in time.', mender: 'carrier' },
  'carrier.refused': { means: 'The carrier refused the sale.', mender: 'carrier' },
  'carrier.holder-limit': {
    means: 'The holder already has the highest number of SIM cards allowed.',
    mender: 'customer',
  },
  'carrier.blocked': { means: 'The carrier does not serve this holder: its staff can say why.', mender: 'carrier' },
  'carrier.unknown-holder': {
    means: 'The carrier’s books have no sale of this transaction.',
    mender: 'operator',
  },
  'carrier.no-numbers': { means: 'No number stands in the name of the holder.', mender: 'customer' },
  'carrier.number-foreign': {
    means: 'The number does not stand in the name of the holder, or no more.',
    mender: 'customer',
  },
  'carrier.number-busy': { means: 'Another new card for this number is on its way.', mender: 'carrier' },
  'carrier.no-number': { means: 'The carrier has no free number.', mender: 'carrier' },
  'carrier.card-refused': { means: 'The carrier does not accept this card.', mender: 'carrier' },
  'carrier.unknown-kiosk': {
    means: 'No kiosk of this name is enrolled at the carrier, or none any more.',
    mender: 'operator',
  },
  'carrier.no-books': { means: 'There are no books of a reference carrier in this folder.', mender: 'operator' },
  'carrier.books-in-use': {
    means: 'Another reference carrier, or an emulator, runs with these books.',
    mender: 'operator',
  },
  'carrier.books-unusable': {
    means: 'The books or the keys of the reference carrier are damaged or may not be read; they were left untouched.',
    mender: 'carrier',
  },
  // fleet
  'fleet.bad-message': { means: 'A message does not parse or does not fit its schema.', mender: 'developer' },
  'fleet.broker-refused': { means: 'The broker refused the connection.', mender: 'operator' },
  'fleet.broker-unreachable': { means: 'The broker cannot be reached.', mender: 'operator' },
  'fleet.too-many': { means: 'More messages came than can be looked at.', mender: 'operator' },
  'fleet.too-large': { means: 'A message is larger than any message may be.', mender: 'operator' },
  'fleet.bad-signature': {
    means: 'A message is not signed by a key that is pinned for whoever it says it is from.',
    mender: 'operator',
  },
  'fleet.wrong-topic': {
    means: 'A message was signed for another topic, which is another kiosk or another purpose.',
    mender: 'operator',
  },
  'fleet.replayed': { means: 'A message is an old one that was sent before.', mender: 'operator' },
  'fleet.bad-seal': { means: 'A sealed record cannot be opened by the key of this carrier.', mender: 'carrier' },
  'fleet.key-missing': { means: 'There is no key to sign messages with, or it is damaged.', mender: 'technician' },
  'fleet.broker-untrusted': {
    means: "The broker's certificate is not trusted, has expired, or is for another host.",
    mender: 'operator',
  },
  'fleet.broker-unknown-ca': {
    means: 'Nobody whom this kiosk trusts vouches for the certificate of the broker.',
    mender: 'operator',
  },
  'fleet.broker-expired': {
    means: 'The certificate of the broker has expired or is not valid yet.',
    mender: 'operator',
  },
  'fleet.broker-wrong-host': { means: 'The certificate of the broker is for another host.', mender: 'operator' },
  'fleet.certificate-refused': {
    means: 'The broker does not accept the certificate of this kiosk.',
    mender: 'operator',
  },
  'fleet.certificate-expired': { means: 'The certificate of this kiosk has expired.', mender: 'technician' },
  'fleet.certificate-expiring': { means: 'The certificate of this kiosk expires soon.', mender: 'technician' },
  'fleet.certificate-foreign': { means: 'The certificate is not one of this kiosk.', mender: 'technician' },
  'enrol.request-invalid': {
    means: 'The request to be enrolled is damaged or not signed by its own keys.',
    mender: 'operator',
  },
  'enrol.not-endorsed': {
    means: 'The kiosk is enrolled already, and the request is not signed by the key that the carrier knows.',
    mender: 'operator',
  },
  'command.unknown': { means: 'There is no command of this type.', mender: 'operator' },
  'command.bad-arguments': { means: 'The arguments of the command do not fit its type.', mender: 'operator' },
  'command.expired': { means: 'The command came, or its turn came, after its deadline.', mender: 'operator' },
  'command.interrupted': {
    means: 'The service ended while the command ran; it is not known how far it came, and it is not repeated.',
    mender: 'operator',
  },
  'command.too-many': { means: 'More commands are under way than the kiosk keeps.', mender: 'operator' },
  'config.not-steerable': {
    means: 'There is no such key, or it can be set only in the file at the kiosk.',
    mender: 'operator',
  },
  'config.hash': { means: 'The settings do not have the hash that was sent with them.', mender: 'operator' },
  'config.unhealthy': {
    means: 'With the settings the kiosk did not become as healthy as before; those before are in force again.',
    mender: 'operator',
  },
  'socket.unusable': { means: 'A Unix socket of the service cannot be made in its folder.', mender: 'technician' },
  'link.down': { means: 'The network process is not connected to the device process.', mender: 'technician' },
  // visit
  'visit.declined': { means: 'The customer did not consent.', mender: 'customer' },
  'visit.cancelled': { means: 'The customer cancelled.', mender: 'customer' },
  'visit.timed-out': { means: 'The customer left: a step was not done in time.', mender: 'customer' },
  'visit.interrupted': { means: 'The service was restarted during the visit.', mender: 'technician' },
  'visit.stuck': { means: 'A step of the machine itself did not finish in time.', mender: 'technician' },
  // journal and configuration
  'journal.unwritable': {
    means: 'The journal cannot be written: the disk is full, read-only or failing.',
    mender: 'technician',
  },
  'journal.corrupt': { means: 'The journal file is damaged; it was left untouched.', mender: 'technician' },
  'journal.too-new': { means: 'The journal was written by a newer version of the program.', mender: 'technician' },
  'journal.slow': {
    means: 'A write to the journal took seconds: the disk is failing or overloaded.',
    mender: 'technician',
  },
  'journal.no-room': {
    means: 'The disk of the journal has so little room left that no sale is begun.',
    mender: 'technician',
  },
  'journal.outbox-full': {
    means: 'So many messages wait for the acknowledgement of the carrier that no sale is begun.',
    mender: 'carrier',
  },
  'journal.foreign': {
    means: 'The journal is that of another kiosk, or of a trial under another name; it was left untouched.',
    mender: 'technician',
  },
  'journal.locked': { means: 'Another process writes this journal.', mender: 'technician' },
  'journal.missing': { means: 'There is no journal in this state directory.', mender: 'technician' },
  'journal.rewound': {
    means: 'The journal is older than what the carrier has had of it: an old copy was put in its place.',
    mender: 'technician',
  },
  'clock.not-set': { means: 'The clock shows a time before this program was built.', mender: 'technician' },
  'clock.behind': {
    means: 'The clock shows a time before the newest entry of the journal, and no time server has set it.',
    mender: 'technician',
  },
  'clock.not-synchronised': {
    means: 'The clock is not synchronised with a time server.',
    mender: 'technician',
  },
  'gpio.keeps-level': {
    means: 'The kernel keeps the level of a GPIO output after its program has ended.',
    mender: 'technician',
  },
  'control.not-now': {
    means: 'This cannot be done in the present state: wait for the visit to end, or put the kiosk into maintenance.',
    mender: 'technician',
  },
  'control.unknown-card': { means: 'No card with this ICCID waits to be settled.', mender: 'technician' },
  'control.offline': { means: 'The service does not answer on its control socket.', mender: 'technician' },
  'metrics.unavailable': {
    means: 'Metrics cannot be offered: the port is taken or may not be used, and everything else goes on.',
    mender: 'technician',
  },
  'config.missing': { means: 'The configuration file does not exist or cannot be read.', mender: 'technician' },
  'config.not-json': { means: 'The configuration file is not valid JSON.', mender: 'technician' },
  'config.invalid': {
    means: 'The configuration has an unknown key or a value of the wrong type.',
    mender: 'technician',
  },
  'cast.invalid': {
    means: 'The cast file cannot be read, has a value of the wrong type, or names a missing photograph.',
    mender: 'technician',
  },
  'emulator.cards-unusable': {
    means: 'The file that says where the cards of the emulated dispenser are is damaged or may not be read.',
    mender: 'technician',
  },
  'cli.usage': { means: 'The command line is not understood.', mender: 'technician' },
  'internal.impossible': {
    means: 'The program reached a point that its own rules exclude: report it.',
    mender: 'developer',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof table;

/** Codes that a technician mends: `src/remedies.ts` says how. */
export type TechnicianCode = {
  [Code in ErrorCode]: (typeof table)[Code]['mender'] extends 'technician' ? Code : never;
}[ErrorCode];

export const errorTable: Readonly<Record<ErrorCode, ErrorEntry>> = table;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(table, text);
}

/** The only error class that crosses a module boundary. `detail` never carries personal data. */
export class KioskError extends Error {
  override readonly name = 'KioskError';

  constructor(
    readonly code: ErrorCode,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${table[code].means}${detail ? ` (${detail})` : ''}`, options);
  }
}

/** Any thrown value as a code; what is not ours is `fallback`. */
export function codeOf(error: unknown, fallback: ErrorCode = 'internal.impossible'): ErrorCode {
  return error instanceof KioskError ? error.code : fallback;
}
