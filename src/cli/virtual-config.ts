import { join } from 'node:path';
import type { JWK } from 'jose';
import { cabinetSignals } from '../../drivers/emulator/cabinet.js';
import { installed } from '../config/paths.js';
import type { SigningKey } from '../contracts/signer.js';
import type { ConfigInput } from '../config/schema.js';

export const VIRTUAL_KIOSK = 'virtual-1';

export type Pace = 'real' | 'fast';

/**
 * `travelMs`, `reactionMs`, `patienceMs`: what a motor and a customer take, and how long one waits for an invitation.
 * The rest is how long the service waits for them: people need seconds, a fast cast needs none.
 */
export const paces = {
  real: {
    travelMs: 1_500,
    reactionMs: 1_200,
    patienceMs: 60_000,
    deadlinesMs: { reading: 15_000, presented: 15_000 },
    farewellMs: 3_000,
    captureMs: 20_000,
    stepMs: 6_000,
    travelLimitMs: 5_000,
    pollMs: 200,
    settleMs: 1_500,
    pauseMs: 2_000,
    healthMs: 5_000,
  },
  fast: {
    travelMs: 40,
    reactionMs: 0,
    patienceMs: 20_000,
    deadlinesMs: {
      ...{ consent: 10_000, reading: 4_000, prechecking: 5_000, listing: 5_000, showing: 10_000, disputing: 5_000 },
      ...{ 'case-opened': 10_000, choosing: 10_000, authorising: 5_000, binding: 5_000, presented: 2_500 },
    },
    farewellMs: 0,
    captureMs: 6_000,
    stepMs: 4_000,
    travelLimitMs: 2_000,
    pollMs: 10,
    settleMs: 100,
    pauseMs: 600,
    healthMs: 500,
  },
} as const;

/** The configuration that `emulate` writes: the same program and the same drivers, beside emulated hardware. */
export function virtualConfig(options: {
  readonly pace: Pace;
  readonly brokerUrl: string;
  readonly carrierKey: JWK;
  readonly carrierSigningKey: SigningKey;
  readonly emulator: string;
  /** A real camera in place of the emulated one. */
  readonly camera?: string | undefined;
  /** For the installed services instead of a `run` and `link` started by hand. */
  readonly installed?: boolean;
  /** Customers bring documents with a machine-readable zone. */
  readonly mrz?: boolean;
}): ConfigInput {
  const pace = paces[options.pace];
  const { deadlinesMs, farewellMs, captureMs, stepMs, travelLimitMs, pollMs, pauseMs, settleMs, healthMs } = pace;
  const at = (name: string): string => join(options.emulator, name);
  return {
    kiosk: VIRTUAL_KIOSK,
    stateDir: options.installed ? installed.stateDir : '.',
    // The screen is one of the emulator's customers, who look for it in the state directory.
    ...(options.installed && { sockets: { link: installed.sockets.link, control: installed.sockets.control } }),
    camera: options.camera
      ? { driver: 'v4l2', device: options.camera }
      : { driver: 'emulated', socket: at('camera.sock') },
    ...(options.mrz
      ? mrzReader(at, { pauseMs, settleMs })
      : { idReader: { driver: 'sam', port: at('id-reader'), pollMs, settleMs, healthMs } }),
    gpio: { driver: 'emulated', socket: at('gpio.sock') },
    dispenser: { travelMs: travelLimitMs },
    cabinet: { lines: cabinetSignals },
    cardIdentifier: { driver: 'scanner', port: at('card-scanner') },
    face: { captureMs, stepMs },
    batchFile: at('batch.txt'),
    broker: { url: options.brokerUrl, reconnectMs: { first: 200, longest: 30_000 } },
    carrier: {
      publicKey: { kty: 'OKP', crv: 'X25519', x: options.carrierKey.x ?? '' },
      signingKeys: [options.carrierSigningKey],
    },
    deadlinesMs,
    farewellMs,
  };
}

function mrzReader(
  at: (name: string) => string,
  paces: { readonly pauseMs: number; readonly settleMs: number },
): Pick<ConfigInput, 'idReader' | 'rules'> {
  const camera = { driver: 'emulated', socket: at('data-page.sock') } as const;
  return {
    idReader: { driver: 'mrz', port: at('mrz-reader'), ...paces, photo: { camera } },
    rules: { accepted: ['mrz'] },
  };
}
