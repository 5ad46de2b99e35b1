import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EmulatedCamera } from '../../../drivers/camera/emulated.js';

const DEVICE = '/dev/video0';

/** Pictures as they come: nothing is analysed, nothing changed. */
const WRITER = [
  ...['-nostdin', '-hide_banner', '-loglevel', 'error', '-fflags', 'nobuffer', '-probesize', '32'],
  ...['-analyzeduration', '0', '-f', 'mjpeg', '-i', 'pipe:0', '-c', 'copy', '-f', 'v4l2', DEVICE],
];

/**
 * Makes /dev/video0 a camera of `v4l2loopback` that delivers, as MJPEG, what the virtual camera on `socket` shows.
 * (vivid cannot deliver MJPEG, and to encode pictures takes an emulated processor all its time.)
 * @returns what gives /dev/video0 back to vivid
 */
export function loopbackCamera(socket: string): () => Promise<void> {
  execFileSync('modprobe', ['-r', 'vivid']);
  execFileSync('modprobe', ['v4l2loopback']);
  const writer = spawn('ffmpeg', WRITER, { stdio: ['pipe', 'inherit', 'inherit'] });
  const source = new EmulatedCamera({ name: 'virtual', socket });
  const stop = new AbortController();
  // A program that ended takes no more.
  writer.stdin.on('error', () => stop.abort());
  const showing = (async () => {
    for await (const { jpeg } of source.frames(stop.signal)) {
      if (!writer.stdin.writableNeedDrain) writer.stdin.write(jpeg);
    }
  })();
  return async () => {
    stop.abort();
    await showing;
    await source.close();
    writer.kill('SIGKILL');
    if (writer.exitCode === null) await once(writer, 'exit');
    execFileSync('modprobe', ['-r', 'v4l2loopback']);
    execFileSync('modprobe', ['vivid']);
  };
}
