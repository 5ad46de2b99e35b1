import { errorTable, type ErrorCode, type TechnicianCode } from './errors.js';

/** What a technician does about each code that a technician can mend. */
const table: Readonly<Record<TechnicianCode, string>> = {
  'face.image-unreadable': 'Clean the lens, check the cable of the camera; of a file, save it anew as JPEG or PNG.',
  'face.image-too-large': 'Set a smaller picture size for the camera; of a file, scale it down.',
  'face.engine-failed': 'Look at the log of `run`; if it comes again, check memory and install the package anew.',
  'face.engine-starting': 'Wait some seconds.',
  'face.model-missing': 'Install the package anew, or run the set-up of the checkout with a network.',
  'face.model-altered': 'Install the package anew: the file was changed or is damaged.',
  'face.model-mismatch':
    'Correct the set in models/manifest.json, or choose another one with `face.set`; only with staff beside it: `face.challenge` false.',
  'bench.pairs-invalid': 'Check `--pairs` and correct the line that is named.',
  'bench.images-missing': 'Check `--images`: pictures lie at FOLDER/name/name_0001.jpg, or where the CSV says.',
  'reader.offline': 'Check plug and power of the reader and `idReader.port`; its user must be in the group `dialout`.',
  'reader.no-answer': 'Switch the reader off and on; check `idReader.baudRate`.',
  'reader.bad-frame': 'Check cable, shield and `idReader.baudRate`; replace the cable.',
  'reader.refused': 'Switch the reader off and on; if it comes again, replace it.',
  'reader.decoder-failed': 'Check `idReader.photo.library` and that the library is built for this processor.',
  'reader.self-test': 'Switch the reader off and on; if it comes again, its SAM module must be replaced.',
  'camera.offline': 'Check plug and cable of the camera and `camera.device`; its user must be in the group `video`.',
  'camera.stalled': 'Unplug the camera and plug it in again; on a hub, use a port of its own.',
  'camera.garbage': 'Check `camera.format` (try `yuyv422`) and the cable.',
  'camera.program-missing': 'Install it: `apt install ffmpeg` (`rpicam-apps`, `fswebcam`).',
  'camera.not-in-memory': 'Set `camera.memoryDir` to a folder in memory, such as /dev/shm.',
  'gpio.chip-missing': 'Check `gpio.chip` or `gpio.label` against /dev/gpiochip*; of a board on USB, check the plug.',
  'gpio.line-unknown': 'Check the names in the configuration against `gpioinfo`, or give offsets.',
  'gpio.line-busy': 'End the program that holds the line, or give the device another line.',
  'gpio.no-access': 'Install the udev rules of the package, or put the user into the group `gpio`.',
  'gpio.unsupported': 'Use the driver `chardev` on kernels from 5.10, `onoff` on older ones.',
  'gpio.line-direction': 'Give the device another line: two devices use this one.',
  'gpio.safe-off-unwritable':
    'Check `safeOffFile`: its folder must be in memory and belong to the user of the service.',
  'gpio.keeps-level':
    'Set `safeOffFile`: `safe-off` of the service unit then switches the outputs off. With the driver `chardev` on a ' +
    'Raspberry Pi, also add `dtparam=strict_gpiod` to config.txt and restart.',
  'dispenser.media-jam': 'Put the kiosk into maintenance, take the card out, then `simkiosk reset`.',
  'dispenser.card-unit-empty': 'Load cards: `simkiosk stock load FILE`, then put them into the stack.',
  'dispenser.occupied': 'Wait: the card is being retained. If it stays, `simkiosk reset`.',
  'dispenser.no-media': 'Look for a card between stack and exit, then `simkiosk reset`.',
  'dispenser.not-ready': 'Check the supply and the fuse of the dispenser, and its wires ENABLE and READY.',
  'dispenser.retain-bin-full': 'Empty the retain bin; its cards stay on the books as retained.',
  'card.unreadable': 'Clean the scanner; check that bar code or contacts of the cards face it.',
  'card.unknown': 'Load the batch file of the cards in the stack: `simkiosk stock load FILE`.',
  'card.repeated':
    'Take the card out of the retain bin, compare its print with what the scanner says, and clean the scanner.',
  'card.refused-repeatedly':
    'Clean the scanner, and compare the cards in the retain bin and in the stack with the batch that is loaded; then `simkiosk reset`.',
  'card.misplaced':
    'It is retained, as the ledger says, and the cards behind it are sold. Count the stack at the next visit.',
  'card.uncertain':
    'Look where the card is and count the stack, then `simkiosk settle ICCID taken`, `retained`, or `stack` if it never left it.',
  'card.identifier-offline': 'Check plug and power of the scanner and `cardIdentifier.port`.',
  'cabinet.door-open': 'Close the door, or put the kiosk into maintenance first: `simkiosk maintenance on`.',
  'kiosk.maintenance': 'When the work is done: `simkiosk maintenance off`.',
  'stock.order-unknown':
    'Count the stack: `simkiosk stock count N`. If the ledger differs, unload it and load its cards anew.',
  'stock.batch-invalid':
    'Correct the line that is named: one ICCID of 19 or 20 digits a line, each once. A file that is not there, or may not be read: put it right, or take `batchFile` out of the configuration.',
  'socket.unusable':
    'Check `sockets` and `stateDir`: the folder must be there, belong to the user of the service, and its disk be writable.',
  'link.down': 'Look at the log of `link`: `journalctl -u simkiosk-link`.',
  'fleet.key-missing':
    'Check `signingKey`; a key that is lost is replaced by `simkiosk provision --kiosk ID`, which the carrier enrols with `--replace`.',
  'fleet.certificate-expired':
    'Renew it: `simkiosk provision --kiosk ID --renew`, which the carrier enrols; check the clock first.',
  'fleet.certificate-expiring': 'Renew it: `simkiosk provision --kiosk ID --renew`, which the carrier enrols.',
  'fleet.certificate-foreign':
    'Check `broker.tls` and `kiosk`: the name in the certificate must be the kiosk’s, and the key the one that it was made for. Was `simkiosk provision --grant` cut off? Do it again, then restart both services.',
  'visit.interrupted': 'Look at the log of `run` for what ended it.',
  'visit.stuck': 'Run `simkiosk doctor`, then try the devices one at a time with `simkiosk test`.',
  'journal.unwritable':
    'Run `df -h`, `mount` and `ls -l` on the state directory: make room, give the files back to the user of the service, or replace the disk.',
  'journal.corrupt':
    'Check the disk and replace it if it fails. Then `simkiosk journal renew`: it sets the damaged file aside for the operator and begins a new journal; load the stack anew.',
  'journal.slow':
    'Look for errors of the disk (`dmesg`), and for what else writes to it (`iotop`); replace it if it fails.',
  'journal.no-room':
    'Run `df -h` on the state directory and make room: twice of `journal.minFreeMb` must be free before sales go on.',
  'journal.too-new': 'Install the newer version of the package again.',
  'journal.foreign':
    'Check `kiosk` and `stateDir`. If they are right: where messages of real sales wait in it, run under the old name until the carrier has them; then `simkiosk journal renew`, which sets that journal aside and begins one of this kiosk; load the stack anew.',
  'journal.locked': 'End the other process, or use its control socket.',
  'journal.missing':
    'Check `stateDir` and whether its disk is mounted; the journal is made when `run` starts for the first time. If it is lost, `simkiosk journal renew`.',
  'journal.rewound':
    'Put the newest journal back; if it is lost, count the cards and let the operator decide about the sales that are missing.',
  'metrics.unavailable':
    'Choose another `metricsPort`; installed, the drop-in examples/metrics.conf must allow the same one.',
  'config.missing': 'Check the path and that the user may read the file.',
  'config.not-json': 'Correct the file at the place that is named.',
  'config.invalid': 'Correct the keys that are named.',
  'cast.invalid': 'Correct what is named.',
  'emulator.cards-unusable': 'Put a copy of it back, or begin with another state directory.',
  'cli.usage': 'Add `--help` to see what is understood.',
  'clock.not-set': 'Set it (`timedatectl set-time`), or connect the network and wait.',
  'clock.behind': 'Set it (`timedatectl set-time`), or connect the network and wait; a battery for the clock helps.',
  'clock.not-synchronised':
    'Connect the network, or check the time server: `timedatectl`. Only what systemd-timesyncd sets is seen, not chrony.',
  'control.not-now': 'Wait for the visit to end; for work on devices, `simkiosk maintenance on` first.',
  'control.unknown-card': 'See `simkiosk status` for the cards that wait.',
  'control.offline': 'Check that the service runs (`systemctl status simkiosk`) and that you are root or in its group.',
};

/** What to do about a failure; for what no technician can mend, whose task it is. */
export function remedyOf(code: ErrorCode): string {
  return isTechnicians(code) ? table[code] : `This is for the ${errorTable[code].mender}.`;
}

function isTechnicians(code: ErrorCode): code is TechnicianCode {
  return Object.hasOwn(table, code);
}
