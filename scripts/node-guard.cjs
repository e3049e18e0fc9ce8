// Parseable by any Node: says clearly what is wrong instead of failing at the first type annotation.
var parts = process.versions.node.split('.').map(Number);
var major = parts[0];
var minor = parts[1];
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    'This project runs TypeScript without a build and needs Node 22.18 or newer; this is Node ' +
      process.versions.node +
      '.\nStart it through npm (npm start, npm run demo): `npm ci` brings Node 24 along for npm scripts.\n',
  );
  process.exit(1);
}
