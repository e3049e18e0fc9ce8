/**
 * Writes src/schema.ts, the types of the contract, from ../openapi.yaml; with `--check` it compares and refuses.
 * Examples are left out: they would be two thirds of the file, and change with the sample world.
 */
import { readFile } from 'node:fs/promises';
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { parse } from 'yaml';
import { writeOrCheck } from '../../scripts/generated.ts';

const isExample = (key: string, value: unknown) =>
  key === 'examples' ||
  (key === 'example' && !(typeof value === 'object' && value !== null && 'type' in value));

const contract = JSON.parse(
  JSON.stringify(parse(await readFile('openapi.yaml', 'utf8')), (key, value: unknown) =>
    isExample(key, value) ? undefined : value,
  ),
) as OpenAPI3;
const types = astToString(await openapiTS(contract));
await writeOrCheck(
  'client/src/schema.ts',
  `// Made from openapi.yaml by \`npm run client:types\`.\n${types}`,
  'npm run client:types',
);
