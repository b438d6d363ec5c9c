// Prints what the mappers and parameters of an @azure/arm-* package say, as JSON: node mappers.mjs FOLDER
import { existsSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// Older packages import their own modules without a suffix, which node does not resolve.
const hook = `export async function resolve(name, context, next) {
  try { return await next(name, context); } catch (error) {
    if (name.startsWith(".")) return next(name + ".js", context);
    throw error;
  }
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

const models = join(process.argv[2], "models");
const { default: _, ...mappers } = await import(pathToFileURL(join(models, "mappers.js")));
const parameters = existsSync(join(models, "parameters.js"))
  ? await import(pathToFileURL(join(models, "parameters.js")))
  : {};
const types = {};
for (const [name, mapper] of Object.entries(mappers)) {
  if (mapper?.type?.name !== "Composite") continue;
  types[mapper.type.className ?? name] = mapper.type.modelProperties ?? {};
}
const names = {};
for (const parameter of Object.values(parameters)) {
  if (parameter?.mapper?.constraints) names[parameter.mapper.serializedName] = parameter.mapper.constraints;
}
const plain = (_, value) => (value instanceof RegExp ? value.source : value);
console.log(JSON.stringify({ types, names }, plain));
