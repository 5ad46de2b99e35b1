import { Command, CommanderError } from 'commander';
import { installed } from '../config/paths.js';
import { KioskError } from '../errors.js';
import { version } from '../lib/paths.js';
import { EXIT, report } from './command.js';
import type { DemoOptions } from './demo.js';
import type { EmulateOptions } from './emulate.js';
import type { TechnicianOptions } from './workbench.js';

const program = new Command('simkiosk')
  .description('The service inside an unattended kiosk that sells SIM cards')
  .version(version)
  .exitOverride()
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .showHelpAfterError();

const CONFIG = ['--config <file>', 'configuration of the kiosk'] as const;
const OWN_CONFIG = [...CONFIG, installed.config] as const;
const BROKER = [
  '--broker <url>',
  'a broker that is there already, e.g. mqtt://127.0.0.1:1883 (default: an embedded one)',
] as const;
const JSON_LINE = ['--json', 'print one JSON object as the last line of stdout'] as const;

program
  .command('demo')
  .description('a whole virtual kiosk: emulated hardware, broker, carrier, service, and a cast of customers')
  .option('--customers <n>', 'end after so many visits', wholeNumber)
  .option('--cast <file>', 'who comes: see the README for the format of a cast file')
  .option('--state <dir>', 'where the kiosk keeps its journal (default: a new folder, removed at the end)')
  .option(...BROKER)
  .option('--pace <pace>', 'real or fast', pace)
  .option('--camera <device>', 'be the customer yourself, in front of a real camera such as /dev/video0')
  .option('--id-photo <file>', 'with --camera: a picture of you, for the document')
  .option(...JSON_LINE)
  .action(async (options: DemoOptions) => (await import('./demo.js')).demo(options));

program
  .command('emulate')
  .description(
    'the hardware, broker, carrier and customers of the demo alone; writes DIR/kiosk.json for `run` and `link`',
  )
  .requiredOption('--state <dir>', 'where sockets, cards and kiosk.json go')
  .option('--cast <file>', 'who comes')
  .option(...BROKER)
  .option('--pace <pace>', 'real or fast', pace)
  .option('--repeat', 'begin the cast again when it is over')
  .option('--installed', 'kiosk.json is for the installed services; DIR must be their state directory')
  .action(async (options: EmulateOptions) => (await import('./emulate.js')).emulate(options));

program
  .command('run')
  .description('the device process of a kiosk: devices, journal, faces; no network')
  .requiredOption(...CONFIG)
  .action(async (options: { config: string }) => (await import('./run.js')).run(options));

program
  .command('link')
  .description('the network process of a kiosk: MQTT; no devices, no journal, no faces')
  .requiredOption(...CONFIG)
  .action(async (options: { config: string }) => (await import('./link.js')).link(options));

program
  .command('doctor')
  .description('every device, model, disk, clock, broker: ok, or what to do')
  .option(...OWN_CONFIG)
  .option(...JSON_LINE)
  .action(async (options: { config: string; json?: boolean }) => (await import('./doctor.js')).doctor(options));

program
  .command('audit')
  .description('checks ledgers and invariants over a state directory, running or not')
  .requiredOption('--state <dir>', 'the state directory')
  .option(...JSON_LINE)
  .action(async (options: { state: string; json?: boolean }) => (await import('./audit.js')).audit(options));

const technician = (command: string, description: string): Command =>
  program
    .command(command)
    .description(description)
    .option(...OWN_CONFIG)
    .option(...JSON_LINE);
const workbench = async () => import('./workbench.js');

technician('status', 'what the kiosk does, what stands in its way, and where the cards are').action(
  async (options: TechnicianOptions) => (await workbench()).status(options),
);
technician('maintenance', 'nobody is invited while a technician works; the door may be open')
  .argument('<on|off>')
  .action(async (onOff: string, options: TechnicianOptions) => (await workbench()).maintenance(onOff, options));
technician('settle', 'says what became of a card whose fate is uncertain')
  .argument('<iccid>')
  .argument('<taken|retained>')
  .action(async (iccid: string, fate: string, options: TechnicianOptions) =>
    (await workbench()).settle(iccid, fate, options),
  );
technician('reset', 'clears a jam and accounts for every card that the sensors see').action(
  async (options: TechnicianOptions) => (await workbench()).reset(options),
);
technician('test', 'tries one device: reader, camera, dispenser, lamps or face; only in maintenance')
  .argument('<device>')
  .option('--save <file>', 'camera: the picture, with a frame around each face')
  .action(async (device: string, options: TechnicianOptions & { save?: string }) =>
    (await workbench()).test(device, options),
  );
const stock = program.command('stock').description('the card stack and its ledger');
const stockCommand = (command: string, description: string): Command =>
  stock
    .command(command)
    .description(description)
    .option(...OWN_CONFIG)
    .option(...JSON_LINE);
stockCommand('load', 'puts the cards of a batch file into the ledger, the next card first')
  .argument('<file>')
  .action(async (file: string, options: TechnicianOptions) => (await workbench()).stockLoad(file, options));
stockCommand('count', 'what the ledger has; with a number, compares it with cards counted by hand')
  .argument('[cards]')
  .action(async (cards: string | undefined, options: TechnicianOptions) =>
    (await workbench()).stockCount(cards, options),
  );
stockCommand('unload', 'takes all cards of the stack out of the ledger; only in maintenance').action(
  async (options: TechnicianOptions) => (await workbench()).stockUnload(options),
);

program
  .command('face')
  .description('face verification by hand')
  .command('compare')
  .description('one comparison of two pictures: exit 0 match, 1 no match, 2 not comparable')
  .argument('<a>', 'reference picture')
  .argument('<b>', 'other picture')
  .option(...JSON_LINE)
  .action(async (a: string, b: string, options: { json?: boolean }) =>
    (await import('./face.js')).faceCompare(a, b, options),
  );

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new KioskError('cli.usage', `${text} is not a whole number above 0`);
  return value;
}

function pace(text: string): string {
  if (text !== 'real' && text !== 'fast') throw new KioskError('cli.usage', `pace is real or fast, not ${text}`);
  return text;
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    process.exitCode = error instanceof KioskError && error.code === 'cli.usage' ? EXIT.usage : EXIT.failed;
    report(error, process.argv.includes('--json'));
    // Whatever was begun and not finished would keep the process alive.
    process.exit();
  }
}
