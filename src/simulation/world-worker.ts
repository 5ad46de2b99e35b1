// Before any schema is made: messages are checked several times as fast.
import 'zod/compile';
import { parentPort } from 'node:worker_threads';
import { Simulation, type RunOptions } from './run.js';

/** The loop ends activities by errors that nobody reads: their stacks would cost a third of the time. */
Error.stackTraceLimit = 0;

parentPort?.on('message', (world: RunOptions) => {
  // What it throws ends the thread with that error.
  void new Simulation(world).run().then((result) => parentPort?.postMessage(result));
});
