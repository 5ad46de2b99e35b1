/** Who started this process and wants to hear how it is: systemd, or nobody. */
export interface ServiceManager {
  /** Assignments as sd_notify(3) lists them, e.g. `READY=1`. Never throws. */
  tell(...assignments: readonly string[]): void;
  /** It begins the process anew when it has ended. */
  readonly present: boolean;
  /** A process that does not say `WATCHDOG=1` for so long is killed. Milliseconds; undefined: nobody minds. */
  readonly watchdogMs: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const nobody: ServiceManager = { present: false, tell: () => undefined, watchdogMs: undefined };

/** The manager that the environment names; where it names none, or has no libsystemd, nobody hears of anything. */
export async function serviceManager(env: Environment = process.env): Promise<ServiceManager> {
  const notify = env['NOTIFY_SOCKET'] ? await loadNotify() : undefined;
  if (!notify) return nobody;
  return {
    present: true,
    tell(...assignments) {
      notify(0, assignments.join('\n'));
    },
    watchdogMs: watchdogMs(env),
  };
}

type Notify = (unsetEnvironment: number, state: string) => number;

/** Node has no datagram sockets of the Unix family, hence systemd's own library. */
async function loadNotify(): Promise<Notify | undefined> {
  const { default: koffi } = await import('koffi');
  try {
    return koffi.load('libsystemd.so.0').func('int sd_notify(int unset_environment, const char *state)') as Notify;
  } catch {
    return undefined;
  }
}

/** As sd_watchdog_enabled(3) reads it: the variables may have been meant for a parent. */
function watchdogMs({ WATCHDOG_USEC: limit, WATCHDOG_PID: pid }: Environment): number | undefined {
  if (pid !== undefined && Number(pid) !== process.pid) return undefined;
  const ms = Number(limit) / 1_000;
  return ms > 0 ? ms : undefined;
}
