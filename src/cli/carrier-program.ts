import type { Command } from 'commander';
import { brokerUrl, JSON_LINE, naturalNumber, portNumber, wholeNumber } from './arguments.js';
import type { ConfigureOptions, GiveOptions } from './carrier-orders.js';
import type { CarrierRunOptions } from './carrier-run.js';
import type { BlockOptions, CertifyOptions, EnrolOptions } from './carrier.js';
import type { CasesOptions } from './cases.js';
import type { KiosksOptions } from './kiosks.js';

/** The commands of the carrier. */
export function addCarrier(program: Command): void {
  const carrier = program.command('carrier').description('the reference carrier, at its own desk');
  carrier
    .command('enrol')
    .description("pins a kiosk's signing key, certifies its TLS key, and writes what goes back to the kiosk")
    .argument('<request>', 'what `provision` wrote')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option('--out <file>', 'the grant (default: <kiosk>.grant.json in the folder)')
    .option('--overlap-days <n>', 'how long an earlier key still counts', naturalNumber, 7)
    .option('--replace', 'the earlier keys are lost or stolen: none of them counts any more')
    .option(...JSON_LINE)
    .action(async (request: string, options: EnrolOptions) =>
      (await import('./carrier.js')).carrierEnrol(request, options),
    );
  carrier
    .command('certify')
    .description("a key and certificate for the broker, or for the carrier's own connection to it")
    .argument('<name>', 'common name')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .requiredOption('--out <dir>', 'where the files go')
    .option('--host <host...>', 'names and addresses of a broker')
    .option(...JSON_LINE)
    .action(async (name: string, options: CertifyOptions) =>
      (await import('./carrier.js')).carrierCertify(name, options),
    );
  carrier
    .command('revoke')
    .description('a kiosk was stolen or is no more: nothing that its keys sign counts, until it is enrolled anew')
    .argument('<kiosk>')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option(...JSON_LINE)
    .action(async (kiosk: string, options: { dir: string; json?: boolean }) =>
      (await import('./carrier-orders.js')).carrierRevoke(kiosk, options),
    );
  for (const [name, blocked] of [
    ['block', true],
    ['unblock', false],
  ] as const)
    carrier
      .command(name)
      .description(`puts a holder ${blocked ? 'on the block list: they get no card' : 'off the block list'}`)
      .argument('[transaction]', 'whose holder it is')
      .requiredOption('--dir <dir>', "the carrier's folder")
      .option(
        '--document <file>',
        'in place of a transaction: JSON with `type`, `number` and of type mrz `issuer`; - for the standard input',
      )
      .option(...JSON_LINE)
      .action(async (transaction: string | undefined, options: BlockOptions) =>
        (await import('./carrier.js')).carrierBlock(transaction, blocked, options),
      );

  carrier
    .command('command')
    .description(
      'asks a kiosk to do something: out-of-service, in-service, restart, self-test, stock-report, log-excerpt …',
    )
    .argument('<kiosk>')
    .argument('<type>')
    .argument('[name=value...]', 'what the type takes, e.g. level=warn')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option('--by <name>', 'who asks (default: your account)')
    .option('--within <seconds>', 'it is not begun later than this', wholeNumber, 600)
    .option('--when-idle', 'waits for the end of a visit; without it the kiosk refuses in the middle of one')
    .option('--wait', 'until the kiosk has answered, and prints the answer')
    .option(...JSON_LINE)
    .action(async (kiosk: string, type: string, args: readonly string[], options: GiveOptions) =>
      (await import('./carrier-orders.js')).carrierCommand(kiosk, type, args, options),
    );
  carrier
    .command('commands')
    .description('what was asked of a kiosk, and what became of it')
    .argument('<kiosk>')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option('--id <id>', 'one command, with its whole answer')
    .option(...JSON_LINE)
    .action(async (kiosk: string, options: { dir: string; id?: string; json?: boolean }) =>
      (await import('./carrier-orders.js')).carrierCommands(kiosk, options),
    );
  carrier
    .command('configure')
    .description('the settings that a kiosk is to have beside its own file, all of them, as a JSON object of keys')
    .argument('<kiosk>')
    .argument('<file>', 'e.g. {"rules.minimumAge": 18}')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option('--wait', 'until the kiosk has them, or does not take them')
    .option(...JSON_LINE)
    .action(async (kiosk: string, file: string, options: ConfigureOptions) =>
      (await import('./carrier-orders.js')).carrierConfigure(kiosk, file, options),
    );
  carrier
    .command('configuration')
    .description('which settings a kiosk is to have, which it has, and what became of the newest')
    .argument('<kiosk>')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option(...JSON_LINE)
    .action(async (kiosk: string, options: { dir: string; json?: boolean }) =>
      (await import('./carrier-orders.js')).carrierConfiguration(kiosk, options),
    );
  carrier
    .command('run')
    .description('the reference carrier itself, at a broker that is there already')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .requiredOption('--broker <url>', 'e.g. mqtts://127.0.0.1:8883', brokerUrl)
    .option('--username <name>', 'at the broker')
    .option('--password-file <file>', 'its password')
    .option('--ca <file>', 'who vouches for the broker (PEM)')
    .option('--cert <file>', "the carrier's own certificate")
    .option('--key <file>', 'its key')
    .option('--metrics-port <port>', 'where Prometheus metrics are offered, on the loopback interface', portNumber)
    .action(async (options: CarrierRunOptions) => (await import('./carrier-run.js')).carrierRun(options));
  carrier
    .command('kiosks')
    .description('how every kiosk is: sellable or why not, stuck or down, its cards, messages, clock and certificate')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option(...JSON_LINE)
    .action(async (options: KiosksOptions) => (await import('./kiosks.js')).carrierKiosks(options));
  carrier
    .command('cases')
    .description('numbers that somebody found in their name and marked as not theirs, by the reference they were given')
    .requiredOption('--dir <dir>', "the carrier's folder")
    .option(...JSON_LINE)
    .action(async (options: CasesOptions) => (await import('./cases.js')).carrierCases(options));
}
