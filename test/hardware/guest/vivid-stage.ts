import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { EmulatedCamera } from '../../../drivers/camera/emulated.js';

/** What the service opens. */
export const stage = { device: '/dev/video0', format: 'yuyv422', width: 640, height: 480, fps: 10 } as const;
/** Where its pictures come from. */
const SCREEN = '/dev/video1';

/** 640×480 with so much blanking around it that there are only ten pictures a second: 14 MHz / (1,400 × 1,000). */
const TIMINGS =
  'width=640,height=480,interlaced=0,polarities=0,pixelclock=14000000,' +
  'hfp=400,hs=100,hbp=260,vfp=300,vs=20,vbp=200';

const v4l2 = (device: string, ...args: readonly string[]): void => {
  execFileSync('v4l2-ctl', ['-d', device, ...args]);
};

/**
 * Makes vivid's camera show what is written to vivid's output, and writes there what the virtual camera on `socket` shows.
 * @returns what ends it
 */
export function showOnVivid(socket: string): () => Promise<void> {
  const { device, width, height } = stage;
  v4l2(SCREEN, `--set-dv-bt-timings=${TIMINGS}`);
  v4l2(device, '--set-input=1', '--set-ctrl=hdmi_000_0_is_connected_to=2');
  v4l2(device, '--set-dv-bt-timings=query');
  const fit = `scale=${width}:-2,pad=${width}:${height}:0:-1`;
  const ffmpeg = spawn(
    'ffmpeg',
    [
      ...['-nostdin', '-hide_banner', '-loglevel', 'warning', '-fflags', 'nobuffer', '-f', 'mjpeg', '-i', 'pipe:0'],
      ...['-vf', fit, '-fps_mode', 'passthrough', '-pix_fmt', 'yuyv422', '-f', 'v4l2', SCREEN],
    ],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  const source = new EmulatedCamera({ name: 'virtual', socket });
  const stop = new AbortController();
  // A program that ended takes no more.
  ffmpeg.stdin.on('error', () => stop.abort());
  const showing = (async () => {
    for await (const { jpeg } of source.frames(stop.signal)) {
      if (!ffmpeg.stdin.writableNeedDrain) ffmpeg.stdin.write(jpeg);
    }
  })();
  return async () => {
    stop.abort();
    await showing;
    await source.close();
    ffmpeg.kill('SIGKILL');
    await once(ffmpeg, 'exit');
  };
}
