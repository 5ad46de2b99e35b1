import type { Cabinet } from '../contracts/cabinet.js';
import type { Camera } from '../contracts/camera.js';
import type { CardDispenser } from '../contracts/card-dispenser.js';
import type { CardIdentifier } from '../contracts/card-identifier.js';
import type { FaceVerifier } from '../contracts/face-verifier.js';
import type { Device } from '../contracts/health.js';
import type { IdReader } from '../contracts/id-reader.js';
import type { Panel } from '../contracts/panel.js';

/** What a kiosk is made of. */
export interface Devices {
  readonly camera: Camera;
  readonly idReader: IdReader;
  readonly dispenser: CardDispenser;
  readonly cardIdentifier: CardIdentifier;
  readonly verifier: FaceVerifier;
  readonly panel: Panel;
  readonly cabinet: Cabinet;
}

export function allDevices(devices: Devices): readonly Device[] {
  const { camera, idReader, dispenser, cardIdentifier, verifier, panel, cabinet } = devices;
  return [camera, idReader, dispenser, cardIdentifier, verifier, panel, cabinet];
}
