/**
 * The bill of materials of the package, in CycloneDX 1.6: what is bundled, and not what is installed for development.
 * It has neither a serial number nor a time, so that the same sources give the same file.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `packages`: as packages.mjs lists them. Throws where package-lock.json does not know one, or knows another version. */
export function sbom(root, packages) {
  const { name, version, description, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  const own = `pkg:npm/${name}@${version}`;
  const components = packages.map((each) => componentOf(each, lock));
  const document = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        "type": "application",
        "bom-ref": own,
        name,
        version,
        description,
        "licenses": [licenceOf(license)],
        "purl": own,
      },
    },
    components,
    dependencies: [
      { ref: own, dependsOn: components.map((each) => each["bom-ref"]) },
      ...components.map((each) => ({ ref: each["bom-ref"] })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function componentOf({ name, version, license }, lock) {
  // Wherever it lies: a version of a name is one tarball in the registry.
  const locked = Object.entries(lock.packages).find(
    ([path, each]) => path.endsWith(`node_modules/${name}`) && each.version === version,
  )?.[1];
  if (locked === undefined) throw new Error(`${name} ${version} is not in package-lock.json: run npm ci`);
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  return {
    "type": "library",
    "bom-ref": purl,
    name,
    version,
    "licenses": [licenceOf(license)],
    purl,
    ...(locked.integrity === undefined ? {} : { hashes: hashesOf(locked.integrity) }),
  };
}

/** An SPDX id and an expression have different places. */
function licenceOf(license) {
  return /[ (]/.test(license) ? { expression: license } : { license: { id: license } };
}

/** Of the tarball in the registry, as npm checks it. */
function hashesOf(integrity) {
  const known = { sha1: "SHA-1", sha256: "SHA-256", sha384: "SHA-384", sha512: "SHA-512" };
  return integrity.split(" ").map((each) => {
    const [algorithm, digest] = each.split(/-(.*)/);
    return { alg: known[algorithm], content: Buffer.from(digest, "base64").toString("hex") };
  });
}
