import type { Test } from 'tap';
import { startBroker } from '../../drivers/broker/aedes.js';
import { Mosquitto, noMosquitto } from './mosquitto.js';

interface Broker {
  readonly url: string;
  readonly port: number;
}

async function mosquitto(t: Test): Promise<Broker> {
  const broker = await Mosquitto.start(t.testdir());
  t.teardown(() => broker.kill());
  return broker;
}

async function aedes(t: Test): Promise<Broker> {
  const broker = await startBroker();
  t.teardown(() => broker.close());
  return { url: broker.url, port: Number(new URL(broker.url).port) };
}

/** What goes through brokers is tested with both versions of the protocol. */
export const brokers = [
  { name: 'mosquitto, MQTT 5', start: mosquitto, mqtt: '5', skip: noMosquitto },
  { name: 'aedes, MQTT 3.1.1', start: aedes, mqtt: '3.1.1', skip: false },
] as const;
