import type { ServiceManager } from './service-manager.js';

export interface Condition {
  /** Whether the process gets on with its work; a fault that it knows of and lives with is no ill health. */
  readonly healthy: boolean;
  /** One line for a technician who asks `systemctl status`. */
  readonly status: string;
}

const LOOK_MS = 2_000;
/** Signs within the manager's limit. */
const SIGNS = 4;

/**
 * Says that the process is ready, then how it is: the status when it changed, and a sign of life while it is healthy.
 * An event loop that hangs says nothing; a process that is not healthy says why and no more, and is killed for it.
 * @returns to be called when the process begins to stop
 */
export function giveLifeSigns(manager: ServiceManager, condition: () => Condition): () => void {
  let said = '';
  const look = (): void => {
    const { healthy, status } = condition();
    if (status !== said) manager.tell(`STATUS=${status}`);
    said = status;
    if (healthy) manager.tell('WATCHDOG=1');
  };
  manager.tell('READY=1');
  look();
  const timer = setInterval(look, Math.min(LOOK_MS, (manager.watchdogMs ?? Infinity) / SIGNS));
  timer.unref();
  return () => {
    clearInterval(timer);
    manager.tell('STOPPING=1', 'STATUS=stopping');
  };
}
