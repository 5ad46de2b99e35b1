import { Command, CommanderError } from 'commander';
import { installed } from '../config/paths.js';
import { FACE_ENGINES, type FaceEngineName } from '../contracts/face-engine.js';
import { KioskError } from '../errors.js';
import { version } from '../lib/paths.js';
import { brokerUrl, JSON_LINE, naturalNumber, wholeNumber } from './arguments.js';
import { addCarrier } from './carrier-program.js';
import { COMPARED, endureBrokenPipes, EXIT, report } from './command.js';
import type { DemoOptions } from './demo.js';
import type { EmulateOptions } from './emulate.js';
import type { CompareOptions } from './face.js';
import type { MeasureOptions } from './face-bench.js';
import type { AttackBenchOptions } from './face-bench-attacks.js';
import type { ProvisionOptions } from './provision.js';
import type { SimulateOptions } from './simulate.js';
import type { TechnicianOptions } from './workbench.js';

const program = new Command('simkiosk')
  .description('The service inside an unattended kiosk that sells SIM cards')
  .version(version)
  .exitOverride()
  // What is wrong is said at the end, as of every other failure.
  .configureOutput({ outputError: () => undefined })
  .showHelpAfterError();

const CONFIG = ['--config <file>', 'configuration of the kiosk'] as const;
const OWN_CONFIG = [...CONFIG, installed.config] as const;
const BROKER = [
  '--broker <url>',
  'a broker that is there already, e.g. mqtt://127.0.0.1:1883 (default: an embedded one)',
  brokerUrl,
] as const;

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

program
  .command('simulate')
  .description('a kiosk and its world in virtual time, with faults drawn from a seed; a seed repeats its history')
  .option('--transactions <n>', 'visits to be made', wholeNumber, 10_000)
  .option('--seed <n>', 'whole number', naturalNumber, 1)
  .option('--first <n>', 'number of the first visit: a part of a longer run', naturalNumber, 0)
  .option('--without <visits>', 'numbers of visits that nobody makes, with commas: a shorter run', naturalNumbers, [])
  .option('--faults <profile>', 'none, default or rough', 'default')
  .option(...JSON_LINE)
  .action(async (options: SimulateOptions) => (await import('./simulate.js')).simulateCommand(options));

const technicians =
  (parent: Command) =>
  (command: string, description: string): Command =>
    parent
      .command(command)
      .description(description)
      .option(...OWN_CONFIG)
      .option(...JSON_LINE);
const technician = technicians(program);
const workbench = async () => import('./workbench.js');

technician('status', 'what the kiosk does, what stands in its way, and where the cards are').action(
  async (options: TechnicianOptions) => (await workbench()).status(options),
);
technician('maintenance', 'nobody is invited while a technician works; the door may be open')
  .argument('<on|off>')
  .action(async (onOff: string, options: TechnicianOptions) => (await workbench()).maintenance(onOff, options));
technician('settle', 'says what became of a card whose fate is uncertain')
  .argument('<iccid>')
  .argument('<taken|retained|stack>')
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
technicians(program.command('journal').description('the journal of the kiosk'))(
  'renew',
  'sets a damaged journal aside, untouched, and begins a new one without cards, in maintenance',
).action(async (options: TechnicianOptions) => (await workbench()).journalRenew(options));
const stockCommand = technicians(program.command('stock').description('the card stack and its ledger'));
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
  .command('provision')
  .description("makes the kiosk's keys here, and a request that the carrier enrols them; with --grant: its answer")
  .option('--kiosk <id>', 'name of the kiosk')
  .option('--dir <dir>', 'where its keys are', installed.credentials)
  .option('--renew', 'keys to follow the present ones, which stay in use until the grant is there')
  .option('--grant <file>', 'what the carrier gave for the request')
  .option(...JSON_LINE)
  .action(async (options: ProvisionOptions) => (await import('./provision.js')).provision(options));

addCarrier(program);

const face = program.command('face').description('face verification by hand: compare, measure, calibrate');
const ENGINE = ['--engine <engine>', 'onnx or tfjs', engine, 'onnx'] as const;
face
  .command('compare')
  .description('one comparison of two pictures: exit 0 match, 1 no match, 2 nothing was compared')
  .argument('<a>', 'reference picture')
  .argument('<b>', 'other picture')
  .option(...ENGINE)
  .option(...JSON_LINE)
  .action(async (a: string, b: string, options: CompareOptions) => {
    process.exitCode = COMPARED['not-comparable']; // until there is a decision: a failure must not look like one
    return (await import('./face.js')).faceCompare(a, b, options);
  });

const PAIRS = ['--pairs <file>', 'which pictures to compare: pairs.txt of LFW, or CSV file_x,file_y,Decision'] as const;
const IMAGES = ['--images <dir>', 'where the pictures lie'] as const;
const labelled = (command: string, description: string): Command =>
  face
    .command(command)
    .description(description)
    .option(...ENGINE)
    .option('--set <name>', 'model set of models/manifest.json (default: its default set)')
    .option('--id-photo <WxH@Q>', 'degrade the first picture of each pair to an ID-card photograph, e.g. 102x126@40')
    .option(...JSON_LINE);
labelled('bench', 'error rates, failures, time and memory over a labelled set of pictures; or of presentation attacks')
  .option(...PAIRS)
  .option(...IMAGES)
  .option('--plot <file>', 'the DET curve, as SVG')
  .option('--attacks <dir>', 'instead: APCER by species and BPCER, on attacks made of the stills in a folder')
  .option('--real-attacks <dir>', 'with --attacks: also pictures of real attacks, held still')
  .option('--rounds <n>', 'with --attacks: tries of each presentation with each still', wholeNumber, 1)
  .action(async (options: Partial<MeasureOptions> & AttackBenchOptions) => {
    if (options.attacks !== undefined) return (await import('./face-bench-attacks.js')).faceBenchAttacks(options);
    const { pairs, images } = options;
    if (!pairs || !images) throw new KioskError('cli.usage', '--pairs and --images, or --attacks');
    return (await import('./face-bench.js')).faceBench({ ...options, pairs, images });
  });
labelled('calibrate', 'the thresholds of a model set, in the form of models/manifest.json')
  .requiredOption(...PAIRS)
  .requiredOption(...IMAGES)
  .action(async (options: MeasureOptions) => (await import('./face-calibrate.js')).faceCalibrate(options));

function naturalNumbers(text: string): readonly number[] {
  return text.split(',').map(naturalNumber);
}

function engine(text: string): FaceEngineName {
  const name = FACE_ENGINES.find((known) => known === text);
  if (!name) throw new KioskError('cli.usage', `engine is ${FACE_ENGINES.join(' or ')}, not ${text}`);
  return name;
}

function pace(text: string): string {
  if (text !== 'real' && text !== 'fast') throw new KioskError('cli.usage', `pace is real or fast, not ${text}`);
  return text;
}

/** What the parser found wrong; help that was not asked for comes because something is missing. */
function misunderstood({ code, message }: CommanderError): KioskError {
  return new KioskError('cli.usage', code === 'commander.help' ? undefined : message.replace(/^error: /, ''));
}

endureBrokenPipes();
try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError && thrown.exitCode === 0) process.exitCode = EXIT.ok;
  else {
    const error = thrown instanceof CommanderError ? misunderstood(thrown) : thrown;
    if (error instanceof KioskError && error.code === 'cli.usage') process.exitCode = EXIT.usage;
    else process.exitCode ||= EXIT.failed;
    report(error, process.argv.includes('--json'));
    // Whatever was begun and not finished would keep the process alive.
    process.exit();
  }
}
