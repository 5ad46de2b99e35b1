import type { ErrorCode } from '../errors.js';
import type { Customer } from './customer.js';
import type { Surroundings, VirtualDevices } from './devices.js';
import type { World } from './world.js';

type Breakable = 'idReader' | 'camera' | 'verifier' | 'dispenser';

const GONE = [
  ['reader-gone', 'idReader'],
  ['camera-gone', 'camera'],
  ['engine-failed', 'verifier'],
  ['dispenser-gone', 'dispenser'],
] as const;

const OFFLINE: Readonly<Record<Exclude<Breakable, 'dispenser'>, ErrorCode>> = {
  idReader: 'reader.offline',
  camera: 'camera.offline',
  verifier: 'face.engine-starting',
};

const [DOOR_OPENS_MS, DOOR_SHUTS_MS] = [200, 5_000];

/** What goes wrong around the program: devices that are gone for a while, sensors that lie, doors, technicians, broker and clock. */
export class Mishaps {
  readonly surroundings: Surroundings;
  readonly #world: World;
  readonly #devices: () => VirtualDevices;
  readonly #meddle: () => void;
  readonly #gone = new Set<Breakable>();
  #lostFrame = false;
  /** Its unit moves nothing, and that does not show until it is told to. */
  #unitOff = false;
  #doorOpen = false;
  /** Contacts that go on bouncing, sensors that tell the truth for the moment. */
  #bouncing = 0;

  /**
   * @param devices those of the program that runs now
   * @param meddle a technician tries the machine
   */
  constructor(world: World, customer: () => Customer | undefined, devices: () => VirtualDevices, meddle: () => void) {
    const { course, invariants, steering } = world;
    this.#world = world;
    this.#devices = devices;
    this.#meddle = meddle;
    this.surroundings = {
      document: () => course.plan.document,
      isPresent: () => customer()?.isHere ?? false,
      holder: () => course.plan.holder,
      matches: () => course.plan.matches,
      fault: (name) => {
        const gone = this.#gone.has(name) ? OFFLINE[name] : undefined;
        return name === 'verifier' ? (steering.fault ?? gone) : gone;
      },
      doorOpen: () => this.#doorOpen,
      looks: (device) => invariants.onLook(device),
      films: (on) => invariants.senses.onCamera(on),
      reads: (iccid) => invariants.scanner.onRead(iccid),
      outlives: () => world.violate('what was read of a person outlives the visit'),
      losesFrame: () => {
        const loses = this.#lostFrame;
        this.#lostFrame = false;
        return loses;
      },
    };
  }

  /** Nobody can be served. */
  get isClosed(): boolean {
    return this.#gone.size > 0 || this.#doorOpen;
  }

  /** Something that went wrong is still to be felt. */
  get isAnythingLeft(): boolean {
    return this.#lostFrame || this.#bouncing > 0 || this.#unitOff || this.isClosed;
  }

  get isUnitOff(): boolean {
    return this.#unitOff;
  }

  isGone(device: Breakable): boolean {
    return this.#gone.has(device);
  }

  /** What the plan has in store for this state, the first time it is entered. */
  befall(state: string): void {
    const { course, time, network, machine } = this.#world;
    if (!course.enters(state)) return;
    const { lie, bounce, doorAt, meddlesAt, goneAt, goneMs, jumpMs } = course.plan;
    if (lie?.state === state) this.#lie(lie);
    if (bounce?.state === state) this.#bounce(bounce);
    if (doorAt === state) this.#openDoor();
    if (meddlesAt === state) this.#meddle();
    if (state === 'staging' && course.has('scanner-dirty')) machine.isDirty = true;
    if (goneAt !== state) return;
    for (const [fault, device] of GONE) if (course.has(fault)) this.#lose(device, goneMs);
    if (course.has('reader-frames-lost')) this.#lostFrame = true;
    if (course.has('unit-off')) {
      this.#unitOff = true;
      time.after(goneMs, () => (this.#unitOff = false));
    }
    if (course.has('clock-jumps')) time.wallOffset += jumpMs;
    if (course.has('carrier-gone')) {
      network.leave();
      time.after(goneMs, () => network.come());
    }
    if (!course.has('broker-gone')) return;
    network.fall();
    time.after(goneMs, () => network.rise());
  }

  /** Nobody watches the door: who opens it shuts it again when somebody may. */
  onDeath(): void {
    const { course, time } = this.#world;
    const { doorAt, restartMs } = course.plan;
    if (doorAt === undefined || !course.enters('dead')) return;
    this.#moveDoor(true);
    time.after(restartMs + DOOR_SHUTS_MS, () => this.#moveDoor(false));
  }

  #lie({ sensor, says, ms }: NonNullable<World['course']['plan']['lie']>): void {
    const { machine, time } = this.#world;
    machine.lie(sensor, says);
    time.after(ms, () => machine.speakTruth(sensor));
  }

  /** A worn contact: it opens and closes again and again, each time longer than the driver's debounce swallows. */
  #bounce({ sensor, times, everyMs }: NonNullable<World['course']['plan']['bounce']>): void {
    const { machine, time } = this.#world;
    let left = 2 * times;
    this.#bouncing += 1;
    const edge = (): void => {
      left -= 1;
      if (left % 2 === 0) machine.speakTruth(sensor);
      else machine.lie(sensor, !machine.sees(sensor));
      if (left > 0) time.after(everyMs, edge);
      else this.#bouncing -= 1;
    };
    edge();
  }

  #openDoor(): void {
    const { time } = this.#world;
    time.after(DOOR_OPENS_MS, () => this.#moveDoor(true));
    time.after(DOOR_SHUTS_MS, () => this.#moveDoor(false));
  }

  #moveDoor(open: boolean): void {
    if (open === this.#doorOpen) return;
    this.#doorOpen = open;
    this.#world.invariants.onDoor(open);
    this.#devices().cabinet.doorMoved();
  }

  #lose(device: Breakable, ms: number): void {
    this.#gone.add(device);
    this.#devices().review();
    this.#world.time.after(ms, () => {
      this.#gone.delete(device);
      this.#devices().review();
    });
  }
}
