import type { Program } from './frame-program.js';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
}

export interface V4l2Options extends Picture {
  readonly device: string;
  /** As `ffmpeg -f v4l2 -list_formats all` names it. What is not `mjpeg` is encoded. */
  readonly format: string;
  readonly command: string;
}

export interface RpicamOptions extends Picture {
  readonly camera: number;
  readonly command: string;
}

/** Nothing is analysed before the first frame, and no frame waits for another. */
const INPUT = ['-fflags', 'nobuffer', '-probesize', '32', '-analyzeduration', '0', '-thread_queue_size', '1'];
/**
 * One thread: each further one would hold a frame back. No frame is doubled or dropped to keep a rate, and none is refused
 * because it came a little early: the encoder counts milliseconds rather than frames.
 */
const TIMES = ['-fps_mode', 'vfr', '-enc_time_base', '1:1000'];
const ENCODE = ['-c:v', 'mjpeg', '-threads', '1', '-huffman', 'default', '-q:v', '4', ...TIMES];
const COPY = ['-c:v', 'copy'];
const OUTPUT = ['-an', '-f', 'mjpeg', '-flush_packets', '1', 'pipe:1'];

/** `ffmpeg` (5.1 and later) on a V4L2 device: <https://ffmpeg.org/ffmpeg-devices.html#video4linux2_002c-v4l2>. */
export function ffmpeg({ device, format, command, width, height, fps }: V4l2Options): Program {
  const size = ['-video_size', `${width}x${height}`, '-framerate', String(fps)];
  const input = ['-f', 'v4l2', '-input_format', format, ...size, ...INPUT, '-i', device];
  const codec = format === 'mjpeg' ? COPY : ENCODE;
  return { command, args: ['-nostdin', '-hide_banner', '-loglevel', 'error', ...input, ...codec, ...OUTPUT] };
}

/** `rpicam-vid`: <https://www.raspberrypi.com/documentation/computers/camera_software.html#rpicam-vid>. */
export function rpicamVid({ camera, command, width, height, fps }: RpicamOptions): Program {
  const size = ['--width', String(width), '--height', String(height), '--framerate', String(fps)];
  const endless = ['--timeout', '0', '--nopreview', '--verbose', '0', '--flush'];
  return {
    command,
    args: ['--camera', String(camera), '--codec', 'mjpeg', '--quality', '85', ...size, ...endless, '--output', '-'],
  };
}
