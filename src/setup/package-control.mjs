// @ts-check
import { SetUpFailure } from './failure.mjs';

const MAINTAINER = 'simkiosk authors <simkiosk@localhost>';

/** As Debian names what Node calls `process.arch`. @type {Record<string, string>} */
const ARCHITECTURES = { x64: 'amd64', arm64: 'arm64' };

/** @type {() => string} */
export function architecture() {
  const name = ARCHITECTURES[process.arch];
  if (name) return name;
  throw new SetUpFailure(`there is no ONNX Runtime for ${process.arch}: build the package on x64 or arm64.`);
}

/** The C library the native modules were compiled against; none under another one. @type {() => string} */
function glibc() {
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  const version = report.header.glibcVersionRuntime;
  if (version) return version;
  throw new SetUpFailure('a Debian package needs native modules for glibc: build it on Debian or Raspberry Pi OS.');
}

/** deb-control(5) @type {(version: string, installedKb: number) => string} */
export function control(version, installedKb) {
  const node = Number(process.versions.node.split('.')[0]);
  // `epoll`, under `onoff`, is compiled for one version of Node's own interface.
  const depends = [
    ...[`nodejs (>= ${node})`, `nodejs (<< ${node + 1})`, `libc6 (>= ${glibc()})`, 'libstdc++6', 'libsystemd0'],
    ...['systemd (>= 252)', 'udev', 'init-system-helpers (>= 1.52)'],
  ];
  return `Package: simkiosk
Version: ${version}
Architecture: ${architecture()}
Maintainer: ${MAINTAINER}
Installed-Size: ${installedKb}
Depends: ${depends.join(', ')}
Recommends: ffmpeg
Section: comm
Priority: optional
Description: service inside an unattended kiosk that sells SIM cards
 Reads an identity document, matches the live face against the photograph on
 it inside the machine, dispenses a card only to the right person, and reports
 to the carrier over MQTT.
 .
 It runs as two services: one that has the devices, the journal and the faces,
 but no network; one that has the network and nothing else. Both wait for
 /etc/simkiosk/kiosk.json.
`;
}

/** @type {(version: string, date: Date) => string} */
export function changelog(version, date) {
  const [day, time] = [date.toUTCString().replace('GMT', '+0000'), 'low'];
  return `simkiosk (${version}) unstable; urgency=${time}

  * Built from the sources of this version; see their history.

 -- ${MAINTAINER}  ${day}
`;
}

/**
 * Who holds the rights of what is in the package: the program, the models, and each library with its licence.
 * @type {(notice: string, packages: ReadonlyMap<string, { version: string, license?: string }>) => string}
 */
export function copyright(notice, packages) {
  const names = [...packages].sort(([a], [b]) => (a < b ? -1 : 1));
  const libraries = names.map(([path, { version, license }]) => {
    return `${path.slice('node_modules/'.length)} ${version}: ${license ?? 'see its own files'}`;
  });
  return `${notice.trimEnd()}

The Apache License, Version 2.0, is in /usr/share/common-licenses/Apache-2.0.

Unlike the sources, this package carries the models and photographs named above, in /usr/lib/simkiosk/models, and the
libraries below, in /usr/lib/simkiosk/node_modules, where each has its own licence text.

${libraries.join('\n')}
`;
}
