import { chmod, writeFile } from 'node:fs/promises';

/**
 * A command that takes what the driver gives to `ffmpeg` and runs the real one on a picture that `ffmpeg` draws, at the
 * rate and size of the arguments, in place of a V4L2 device, as long as a file of that name is there. It encodes
 * whatever the driver asks for.
 */
export async function testPictures(file: string): Promise<string> {
  const lines = `#!/bin/sh
# The device's options are those of the drawn picture; the rest is passed on.
output=
while [ $# -gt 0 ]; do
  case $1 in
    -video_size) size=$2; shift ;;
    -framerate) rate=$2; shift ;;
    -input_format | -f) [ "$1$2" = -fmjpeg ] && output="$output -f mjpeg"; shift ;;
    -i) test -e "$2" || { echo "$2: No such file or directory" >&2; exit 1; }; output="$output -re -f lavfi -i testsrc2=s=$size:r=$rate"; shift ;;
    copy) output="$output mjpeg -threads 1 -huffman default -q:v 4 -fps_mode vfr -enc_time_base 1:1000" ;;
    *) output="$output $1" ;;
  esac
  shift
done
exec ffmpeg $output
`;
  await writeFile(file, lines);
  await chmod(file, 0o755);
  return file;
}
