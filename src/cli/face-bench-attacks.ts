import { createFaceEngine } from '../../drivers/face-engine/create.js';
import type { FaceEngineName } from '../contracts/face-engine.js';
import { readModelSet } from '../face/manifest.js';
import { modelsDir } from '../lib/paths.js';
import type { AttackRate, Reasons } from './attack-rates.js';
import { printJson } from './command.js';
import { benchAttacks } from './face-attacks.js';

export interface AttackBenchOptions {
  readonly attacks?: string;
  readonly realAttacks?: string;
  readonly rounds: number;
  readonly engine: FaceEngineName;
  readonly set?: string;
  readonly json?: boolean;
}

const CAVEAT =
  'Attacks and live people alike are made of stills by the virtual camera: this compares versions of the product and is no certification.';

/** `simkiosk face bench --attacks DIR`: APCER and APNRR of each species, BPCER and BPNRR (ISO/IEC 30107-3). Progress on stderr. */
export async function faceBenchAttacks(options: AttackBenchOptions): Promise<void> {
  const { attacks: dir = '', realAttacks: real, rounds, engine: name, set: setName } = options;
  const set = readModelSet(modelsDir, setName);
  const engine = await createFaceEngine(name, { set });
  try {
    let presentations = 0;
    const rates = await benchAttacks({
      engine,
      set,
      dir,
      rounds,
      ...(real !== undefined && { real }),
      onOutcome(presentation, still, outcome) {
        presentations += 1;
        const said = 'result' in outcome ? outcome.result : `no response, ${outcome.noResponse}`;
        process.stderr.write(`${presentations} ${presentation} ${still}: ${said}\n`);
      },
    });
    if (options.json) printJson(summary(rates));
    else process.stdout.write(described(rates));
  } finally {
    await engine.close();
  }
}

function summary(rates: readonly AttackRate[]): unknown {
  const live = rates.find(({ presentation }) => presentation === 'bona-fide');
  const attacks = rates.filter((rate) => rate !== live);
  const bySpecies = (value: (rate: AttackRate) => number | null): unknown =>
    Object.fromEntries(attacks.map((rate) => [rate.presentation, value(rate)]));
  return {
    bpcer: live?.rate ?? null,
    bpnrr: live?.noResponseRate ?? null,
    bonaFide: live ?? null,
    apcer: bySpecies(({ rate }) => rate),
    apnrr: bySpecies(({ noResponseRate }) => noResponseRate),
    species: attacks,
    caveat: CAVEAT,
  };
}

function described(rates: readonly AttackRate[]): string {
  const lines = rates.flatMap((rate) => {
    const { presentation, tries, errors, noResponses } = rate;
    const [kind, name] = presentation === 'bona-fide' ? ['BP', ''] : ['AP', ` ${presentation}`];
    const between = rate.interval.map(percent).join('…');
    const classified = `${errors} of ${tries}, 95 %: ${between}  (${listed(rate.reasons)})`;
    const unanswered = `${noResponses} of ${tries + noResponses}  (${listed(rate.noResponseReasons)})`;
    return [
      ...(tries > 0 ? [line(`${kind}CER${name}`, rate.rate, classified)] : []),
      ...(noResponses > 0 ? [line(`${kind}NRR${name}`, rate.noResponseRate, unanswered)] : []),
    ];
  });
  return `${lines.join('\n')}\n${CAVEAT}\n`;
}

function line(name: string, rate: number | null, rest: string): string {
  return `${name.padEnd(22)} ${percent(rate ?? NaN).padStart(8)}  ${rest}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function listed(reasons: Reasons): string {
  return Object.entries(reasons)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ');
}
