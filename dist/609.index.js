export const id = 609;
export const ids = [609];
export const modules = {

/***/ 1609:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openCloudStorage: () => (/* binding */ openCloudStorage)
});

// EXTERNAL MODULE: ./src/failure.ts
var src_failure = __webpack_require__(1633);
// EXTERNAL MODULE: ./src/storage/tree-digest.ts
var tree_digest = __webpack_require__(5118);
;// CONCATENATED MODULE: ./src/storage/choose-directory.ts


const DIGEST_CHARACTERS = 8;
async function chooseDirectory(reader, uri, directory, files) {
    const checksums = new Map();
    const checksum = (file) => {
        const known = checksums.get(file.name) ?? reader.checksum(file);
        checksums.set(file.name, known);
        return known;
    };
    let there;
    try {
        there = await reader.list(directory);
    }
    catch (error) {
        if (!(error instanceof src_failure/* ServiceError */._ && error.httpStatus === 404))
            throw error;
        return { directory, reuse: new Map(), bucketExists: false };
    }
    const reuse = await reusable(there, directory, files, checksum);
    if (reuse !== undefined)
        return { directory, reuse, bucketExists: true };
    const tree = [];
    for (const file of files) {
        tree.push({ name: file.name, bytes: file.bytes, crc32c: await checksum(file) });
    }
    const suffix = (0,tree_digest/* treeDigest */.f)(tree).slice('sha256:'.length, 'sha256:'.length + DIGEST_CHARACTERS);
    const own = `${directory.replace(/\/$/, '')}-${suffix}/`;
    const ownReuse = await reusable(await reader.list(own), own, files, checksum);
    if (ownReuse === undefined)
        throw occupied(uri, suffix);
    return {
        directory: own,
        reuse: ownReuse,
        bucketExists: true,
        remark: `${uri} already holds other content, so this artifact goes to the same name with -${suffix}, the beginning of its digest.`,
    };
}
async function reusable(there, directory, files, checksum) {
    const byName = new Map(files.map((file) => [file.name, file]));
    const pairs = [];
    for (const object of there.filter((some) => !isFolderPlaceholder(some))) {
        const file = byName.get(object.name.slice(directory.length));
        if (file?.bytes !== object.bytes)
            return undefined;
        pairs.push({ file, object });
    }
    for (const { file, object } of pairs) {
        if ((await checksum(file)) !== object.crc32c)
            return undefined;
    }
    return new Map(pairs.map(({ file, object }) => [file.name, object]));
}
function isFolderPlaceholder({ name, bytes }) {
    return bytes === 0 && name.endsWith('/');
}
function occupied(uri, suffix) {
    const own = `${uri.replace(/\/$/, '')}-${suffix}/`;
    return new src_failure/* Failure */.H({
        code: 'conflict',
        what: `There is no free directory for this artifact: ${uri} and ${own} both hold other content.`,
        why: 'The second one is named by the digest of this artifact, so only files of it should lie there.',
        next: `Look at it with "gcloud storage ls --recursive ${own}", delete it if nothing serves from it, or give another version or bucket.`,
    });
}

;// CONCATENATED MODULE: ./src/storage/crew.ts
const FIRST_LIMIT = 64;
const HIGHEST_LIMIT = 256;
const STREAM_LIMIT = 32;
const SUCCESSES_TO_GROW = 20;
const BUSY = 0.9;
function openCrew(signal, most = HIGHEST_LIMIT) {
    const waiting = { stream: [], whole: [] };
    const active = { stream: 0, whole: 0 };
    const highest = Math.min(HIGHEST_LIMIT, most);
    let limit = Math.min(FIRST_LIMIT, highest);
    let wasRefused = false;
    let successes = 0;
    let loop = performance.eventLoopUtilization();
    const next = () => {
        if (active.stream + active.whole >= limit)
            return undefined;
        if (active.stream < STREAM_LIMIT) {
            const stream = waiting.stream.shift();
            if (stream !== undefined)
                return stream;
        }
        return waiting.whole.shift();
    };
    const startWhatFits = () => {
        for (let task = next(); task !== undefined; task = next())
            task.start();
    };
    signal.addEventListener('abort', () => {
        for (const task of [...waiting.stream.splice(0), ...waiting.whole.splice(0)])
            task.leave();
    }, { once: true });
    return {
        run: (kind, task) => new Promise((resolve, reject) => {
            const leave = () => {
                reject(signal.reason);
            };
            const start = () => {
                active[kind] += 1;
                void task()
                    .then(resolve, reject)
                    .then(() => {
                    active[kind] -= 1;
                    startWhatFits();
                });
            };
            if (signal.aborted)
                leave();
            else {
                waiting[kind].push({ start, leave });
                startWhatFits();
            }
        }),
        succeeded: () => {
            successes += 1;
            if (successes < (wasRefused ? SUCCESSES_TO_GROW : limit))
                return;
            successes = 0;
            const { utilization } = performance.eventLoopUtilization(loop);
            loop = performance.eventLoopUtilization();
            if (wasRefused)
                limit += 1;
            else if (utilization < BUSY)
                limit *= 2;
            limit = Math.min(limit, highest);
        },
        refused: () => {
            wasRefused = true;
            successes = 0;
            limit = Math.max(1, Math.floor(limit / 2));
        },
    };
}

;// CONCATENATED MODULE: ./src/storage/web-assembly.ts
const op = {
    block: 0x02,
    loop: 0x03,
    end: 0x0b,
    br: 0x0c,
    brIf: 0x0d,
    call: 0x10,
    localGet: 0x20,
    localSet: 0x21,
    i32Load: 0x28,
    i32Load8u: 0x2d,
    i32Const: 0x41,
    i32LessUnsigned: 0x49,
    i32Add: 0x6a,
    i32Sub: 0x6b,
    i32And: 0x71,
    i32Xor: 0x73,
    i32ShiftLeft: 0x74,
    i32ShiftRight: 0x76,
};
const vector = {
    load: 0x00,
    store: 0x0b,
    constant: 0x0c,
    shuffle: 0x0d,
    i32ReplaceLane: 0x1c,
    and: 0x4e,
    xor: 0x51,
    i8ShiftRight: 0x6d,
    relaxedSwizzle: 0x100,
};
const VECTOR_PREFIX = 0xfd;
const NO_RESULT = 0x40;
const FUNCTION = 0x60;
const I32 = 0x7f;
const V128 = 0x7b;
function unsigned(value) {
    return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}
function signed(value) {
    return value < 0x40 ? [value] : [(value & 0x7f) | 0x80, ...signed(value >>> 7)];
}
const constant = (value) => [op.i32Const, ...signed(value)];
const get = (local) => [op.localGet, local];
const set = (local) => [op.localSet, local];
function onVectors(code, ...operands) {
    return [VECTOR_PREFIX, ...unsigned(code), ...operands];
}
function whileLeft(left, bytes, body) {
    return [
        ...[op.block, NO_RESULT, op.loop, NO_RESULT],
        ...[...get(left), ...constant(bytes), op.i32LessUnsigned, op.brIf, 1],
        ...body,
        ...[op.br, 0, op.end, op.end],
    ];
}
function section(id, content) {
    return [id, ...unsigned(content.length), ...content];
}
const web_assembly_text = (value) => [value.length, ...Buffer.from(value)];
function moduleOf(functions) {
    const bodies = functions.map(({ vectors, body }) => {
        const locals = vectors === 0 ? [0] : [1, vectors, V128];
        const code = [...locals, ...body, op.end];
        return [...unsigned(code.length), ...code];
    });
    const count = functions.length;
    return Uint8Array.from([
        ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
        ...section(1, [1, FUNCTION, 3, I32, I32, I32, 1, I32]),
        ...section(2, [1, ...web_assembly_text('m'), ...web_assembly_text('m'), 2, 0, 1]),
        ...section(3, [count, ...functions.map(() => 0)]),
        ...section(7, [1, ...web_assembly_text('u'), 0, count - 1]),
        ...section(10, [count, ...bodies.flat()]),
    ]);
}

;// CONCATENATED MODULE: ./src/storage/crc32c-code.ts

const BYTE_TABLE_ENTRIES = 256;
const FOLDED_BYTES = 64;
const FOLD_TABLES = 4 * BYTE_TABLE_ENTRIES;
const LAST_BLOCK = FOLD_TABLES + 32 * 16;
const FEWEST_FOLDED = 256;
const crc = 0;
const at = 1;
const left = 2;
const planes = [3, 4, 5, 6];
const block = [7, 8, 9, 10];
const halves = [11, 12, 13, 14, 15, 16, 17, 18];
function advance(bytes) {
    return [
        ...[...get(at), ...constant(bytes), op.i32Add, ...set(at)],
        ...[...get(left), ...constant(bytes), op.i32Sub, ...set(left)],
    ];
}
const byBytes = {
    vectors: 0,
    body: [
        ...whileLeft(left, 1, [
            ...[...get(at), op.i32Load8u, 0, 0, ...get(crc), op.i32Xor],
            ...[...constant(0xff), op.i32And, ...constant(2), op.i32ShiftLeft, op.i32Load, 2, 0],
            ...[...get(crc), ...constant(8), op.i32ShiftRight, op.i32Xor, ...set(crc)],
            ...advance(1),
        ]),
        ...get(crc),
    ],
};
const BY_PLACE = [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15];
function byPlace(local) {
    return [
        ...[...get(local), ...onVectors(vector.constant, ...BY_PLACE)],
        ...[...onVectors(vector.relaxedSwizzle), ...set(local)],
    ];
}
const picks = { low: [0, 4, 1, 5], high: [2, 6, 3, 7], firsts: [0, 1, 4, 5], lasts: [2, 3, 6, 7] };
function pick(to, from, other, which) {
    const bytes = picks[which].flatMap((word) => [0, 1, 2, 3].map((byte) => 4 * word + byte));
    return [...get(from), ...get(other), ...onVectors(vector.shuffle, ...bytes), ...set(to)];
}
function turn([a, b, c, d], [e, f, g, h]) {
    return [
        ...[...pick(e, a, b, 'low'), ...pick(f, a, b, 'high')],
        ...[...pick(g, c, d, 'low'), ...pick(h, c, d, 'high')],
        ...[...pick(a, e, g, 'firsts'), ...pick(b, e, g, 'lasts')],
        ...[...pick(c, f, h, 'firsts'), ...pick(d, f, h, 'lasts')],
    ];
}
function loadPlanes(to, spare, firstWord = []) {
    return [
        ...to.flatMap((local, index) => [
            ...[...get(at), ...onVectors(vector.load, 0, 16 * index)],
            ...(index === 0 ? firstWord : []),
            ...[...set(local), ...byPlace(local)],
        ]),
        ...turn(to, spare),
        ...advance(FOLDED_BYTES),
    ];
}
const registerIntoFirstWord = [
    ...onVectors(vector.constant, ...BY_PLACE.map(() => 0)),
    ...[...get(crc), ...onVectors(vector.i32ReplaceLane, 0), ...onVectors(vector.xor)],
];
function fold() {
    const splits = planes.flatMap((plane, index) => {
        const [low = 0, high = 0] = halves.slice(2 * index);
        const mask = onVectors(vector.constant, ...BY_PLACE.map(() => 0x0f));
        return [
            ...[...get(plane), ...mask, ...onVectors(vector.and), ...set(low)],
            ...[...get(plane), ...constant(4), ...onVectors(vector.i8ShiftRight), ...set(high)],
        ];
    });
    const sums = planes.flatMap((plane, place) => [
        ...get(block[place] ?? 0),
        ...halves.flatMap((half, index) => [
            ...constant(0),
            ...onVectors(vector.load, 4, ...unsigned(FOLD_TABLES + 16 * (4 * index + place))),
            ...[...get(half), ...onVectors(vector.relaxedSwizzle), ...onVectors(vector.xor)],
        ]),
        ...set(plane),
    ]);
    return [...splits, ...loadPlanes(block, planes), ...sums];
}
const storePlanes = [
    ...turn(planes, block),
    ...planes.flatMap((plane, index) => [
        ...[...byPlace(plane), ...constant(0), ...get(plane)],
        ...onVectors(vector.store, 4, ...unsigned(LAST_BLOCK + 16 * index)),
    ]),
];
const byBlocks = {
    vectors: planes.length + block.length + halves.length,
    body: [
        ...whileLeft(left, FEWEST_FOLDED, [
            ...loadPlanes(planes, block, registerIntoFirstWord),
            ...whileLeft(left, FOLDED_BYTES, fold()),
            ...storePlanes,
            ...[...constant(0), ...constant(LAST_BLOCK), ...constant(FOLDED_BYTES), op.call, 0],
            ...set(crc),
        ]),
        ...[...get(crc), ...get(at), ...get(left), op.call, 0],
    ],
};
const moduleByBlocks = () => moduleOf([byBytes, byBlocks]);
const moduleByBytes = () => moduleOf([byBytes]);

;// CONCATENATED MODULE: ./src/storage/crc32c-module.ts

const TABLES_BYTES = 65_536;
const PAGE_BYTES = 65_536;
const POLYNOMIAL = 0x82f63b78;
function writeByteTable(memory) {
    const table = new Uint32Array(memory, 0, BYTE_TABLE_ENTRIES);
    for (let byte = 0; byte < table.length; byte++) {
        let register = byte;
        for (let bit = 0; bit < 8; bit++) {
            register = (register >>> 1) ^ (register & 1 ? POLYNOMIAL : 0);
        }
        table[byte] = register;
    }
    return table;
}
function writeFoldTables(memory, byteTable) {
    const tables = new Uint8Array(memory, FOLD_TABLES, 8 * 4 * 16);
    for (let half = 0; half < 8; half++) {
        for (let value = 0; value < 16; value++) {
            let register = value << (4 * half);
            for (let byte = 0; byte < FOLDED_BYTES; byte++) {
                register = (register >>> 8) ^ (byteTable[register & 0xff] ?? 0);
            }
            for (let place = 0; place < 4; place++) {
                tables[(4 * half + place) * 16 + value] = register >>> (8 * place);
            }
        }
    }
}
function makeCrc32cModule(dataBytes) {
    const pages = 1 + Math.ceil(dataBytes / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    writeFoldTables(memory.buffer, writeByteTable(memory.buffer));
    const byBlocks = moduleByBlocks();
    const code = WebAssembly.validate(byBlocks) ? byBlocks : moduleByBytes();
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { m: { m: memory } });
    const update = instance.exports['u'];
    return { memory: Buffer.from(memory.buffer), update };
}

;// CONCATENATED MODULE: ./src/storage/hashed-memory.ts

const UNIT_BYTES = 32 * 1024;
function openHashedMemory(totalBytes) {
    const hash = makeCrc32cModule(totalBytes);
    const taken = new Uint8Array(Math.ceil(totalBytes / UNIT_BYTES));
    const waiting = [];
    const take = (units) => {
        const start = freeRun(taken, units);
        if (start === undefined)
            return undefined;
        taken.fill(1, start, start + units);
        const address = TABLES_BYTES + start * UNIT_BYTES;
        return {
            bytes: hash.memory.subarray(address, address + units * UNIT_BYTES),
            crc32c: (before, from, to) => ~hash.update(~before, address + from, to - from) >>> 0,
            release: () => {
                taken.fill(0, start, start + units);
                serve();
            },
        };
    };
    const serve = () => {
        for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
            const block = take(first.units);
            if (block === undefined)
                return;
            waiting.shift();
            first.give(block);
        }
    };
    return {
        borrow: (bytes, signal) => {
            signal.throwIfAborted();
            const units = Math.ceil(bytes / UNIT_BYTES);
            if (units > taken.length)
                throw new RangeError(`${bytes} bytes are more than all memory.`);
            const block = waiting.length === 0 ? take(units) : undefined;
            if (block !== undefined)
                return Promise.resolve(block);
            return new Promise((resolve, reject) => {
                const waiter = {
                    units,
                    give: (given) => {
                        signal.removeEventListener('abort', leave);
                        resolve(given);
                    },
                };
                const leave = () => {
                    waiting.splice(waiting.indexOf(waiter), 1);
                    reject(signal.reason);
                    serve();
                };
                signal.addEventListener('abort', leave, { once: true });
                waiting.push(waiter);
            });
        },
    };
}
function freeRun(taken, units) {
    for (let start = taken.indexOf(0); start >= 0 && start + units <= taken.length;) {
        const obstacle = taken.subarray(start, start + units).indexOf(1);
        if (obstacle < 0)
            return start;
        start = taken.indexOf(0, start + obstacle);
    }
    return undefined;
}

// EXTERNAL MODULE: ./src/json.ts
var src_json = __webpack_require__(8301);
// EXTERNAL MODULE: ./src/retry.ts
var retry = __webpack_require__(9809);
// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
// EXTERNAL MODULE: external "node:https"
var external_node_https_ = __webpack_require__(4708);
// EXTERNAL MODULE: ./src/hosts.ts
var hosts = __webpack_require__(9892);
// EXTERNAL MODULE: ./src/user-agent.ts
var user_agent = __webpack_require__(7360);
;// CONCATENATED MODULE: ./src/storage/patience.ts
const PATIENCE = { connect: 10_000, idle: 60_000, share: 60_000 };
const SHARE_BYTES = 64 * 1024;
function timedOut(message) {
    return Object.assign(new Error(message), { code: 'ETIMEDOUT' });
}

;// CONCATENATED MODULE: ./src/storage/open-requests.ts

const LOOKS = 8;
function openRequests(signal, { share }) {
    const deadlines = new Map();
    let looks = 0;
    let timer;
    const look = () => {
        looks += 1;
        for (const [request, deadline] of deadlines) {
            if (deadline >= looks)
                continue;
            request.destroy(timedOut(`less than 64 KiB moved in ${share / 1000} s`));
        }
        if (deadlines.size > 0)
            return;
        clearInterval(timer);
        timer = undefined;
    };
    const end = () => {
        for (const request of deadlines.keys())
            request.destroy();
    };
    signal.addEventListener('abort', end, { once: true });
    return {
        expect: (request, bytes) => {
            deadlines.set(request, looks + LOOKS * (1 + Math.ceil(bytes / SHARE_BYTES)));
            timer ??= setInterval(look, share / LOOKS).unref();
        },
        forget: (request) => {
            deadlines.delete(request);
        },
    };
}

;// CONCATENATED MODULE: ./src/storage/transport.ts







const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;
function requestLabel(request) {
    return `${request.method} ${request.path.replace(/\?.*$/s, '')}`;
}
function openTransport(baseUrl, world, patience = PATIENCE) {
    const base = new URL(baseUrl);
    const secure = base.protocol === 'https:';
    const options = { keepAlive: true, maxFreeSockets: 256, timeout: patience.idle };
    const proxyEnv = (0,hosts/* isLoopback */.U)(base) ? {} : { ...world.environment };
    const agent = secure
        ? new external_node_https_.Agent({ ...options, proxyEnv })
        : new external_node_http_.Agent({ ...options, proxyEnv });
    const target = {
        agent,
        protocol: base.protocol,
        hostname: base.hostname.replace(/^\[|\]$/g, ''),
        port: base.port,
        timeout: patience.idle,
    };
    const prefix = base.pathname.replace(/\/$/, '');
    const makeRequest = secure ? external_node_https_.request : external_node_http_.request;
    const inFlight = new WeakMap();
    const requestsUntil = (signal) => {
        const known = inFlight.get(signal);
        if (known !== undefined)
            return known;
        const opened = openRequests(signal, patience);
        inFlight.set(signal, opened);
        return opened;
    };
    return {
        closeIdle: () => {
            for (const sockets of Object.values(agent.freeSockets)) {
                for (const socket of sockets ?? [])
                    socket.destroy();
            }
        },
        send: async (request, signal) => {
            signal.throwIfAborted();
            const authorisation = await world.credentials.headers(base);
            signal.throwIfAborted();
            return await new Promise((resolve, reject) => {
                const { body } = request;
                const length = Buffer.isBuffer(body) ? body.length : (body?.bytes ?? 0);
                const outgoing = makeRequest({
                    ...target,
                    method: request.method,
                    path: `${prefix}${request.path}`,
                    headers: {
                        ...request.headers,
                        'user-agent': user_agent/* USER_AGENT */._,
                        ...authorisation,
                        ...(length > 0 || request.method === 'POST' ? { 'content-length': length } : {}),
                    },
                });
                const open = requestsUntil(signal);
                open.expect(outgoing, length);
                outgoing.once('close', () => {
                    open.forget(outgoing);
                });
                const fail = (error) => {
                    reject(signal.aborted ? signal.reason : noAnswer(request, base.host, error));
                };
                outgoing.on('error', fail);
                outgoing.on('timeout', () => {
                    outgoing.destroy(timedOut(`no byte moved for ${patience.idle / 1000} s`));
                });
                outgoing.on('socket', (socket) => {
                    limitConnect(outgoing, socket, patience.connect);
                });
                outgoing.on('response', (incoming) => {
                    readAnswer(incoming, request.answerBytes, () => {
                        open.expect(outgoing, 0);
                    }).then((answer) => {
                        resolve(answer);
                        if (!outgoing.writableFinished || !incoming.complete)
                            outgoing.destroy();
                    }, fail);
                });
                if (body === undefined || Buffer.isBuffer(body))
                    outgoing.end(body);
                else
                    sendStreamed(body, outgoing, open).catch((error) => {
                        if (!outgoing.destroyed && error instanceof Error) {
                            outgoing.destroy();
                            reject(error);
                        }
                    });
            });
        },
    };
}
async function sendStreamed(body, outgoing, open) {
    let interrupt = () => undefined;
    outgoing.once('close', () => {
        interrupt(new Error('The connection was closed.'));
    });
    await body.send((bytes) => new Promise((resolve, reject) => {
        if (outgoing.destroyed) {
            reject(new Error('The connection was closed.'));
            return;
        }
        interrupt = reject;
        open.expect(outgoing, bytes.length);
        outgoing.write(bytes, (error) => {
            if (error)
                reject(error);
            else
                resolve();
        });
    }));
    open.expect(outgoing, 0);
    outgoing.end();
}
function limitConnect(outgoing, socket, milliseconds) {
    if (!socket.connecting)
        return;
    const timer = setTimeout(() => {
        outgoing.destroy(timedOut(`no connection within ${milliseconds / 1000} s`));
    }, milliseconds);
    const clear = () => {
        clearTimeout(timer);
    };
    socket.once('connect', clear).once('close', clear);
}
function readAnswer(incoming, wanted, moved) {
    return new Promise((resolve, reject) => {
        const chunks = [];
        let bytes = 0;
        let share = SHARE_BYTES;
        const finish = () => {
            const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
            const answer = {
                status: incoming.statusCode ?? 0,
                headers: incoming.headers,
                body: wanted === undefined ? body : body.subarray(0, wanted),
            };
            const isPacked = wanted === undefined && answer.headers['content-encoding'] === 'gzip';
            resolve(isPacked ? unpacked(answer) : answer);
        };
        incoming.on('data', (chunk) => {
            chunks.push(chunk);
            bytes += chunk.length;
            if (bytes >= share) {
                share = bytes + SHARE_BYTES;
                moved();
            }
            if (wanted !== undefined && bytes >= wanted)
                finish();
            else if (wanted === undefined && bytes > LARGEST_ANSWER_BYTES) {
                reject(garbled('The answer is over 16 MiB.'));
            }
        });
        incoming.on('end', finish);
        incoming.on('error', () => {
            reject(garbled('The answer was cut short.'));
        });
    });
}
async function unpacked(answer) {
    const { gunzipSync } = await Promise.resolve(/* import() */).then(__webpack_require__.t.bind(__webpack_require__, 8522, 23));
    try {
        return {
            ...answer,
            body: gunzipSync(answer.body, { maxOutputLength: LARGEST_ANSWER_BYTES }),
        };
    }
    catch {
        throw garbled('The answer is not the gzip that it says.');
    }
}
function garbled(message) {
    return Object.assign(new Error(message), { code: 'GARBLED' });
}
function noAnswer(request, host, error) {
    const { code, message } = error;
    return new src_failure/* ServiceError */._({
        service: 'Cloud Storage',
        request: requestLabel(request),
        host,
        transport: code ?? 'ECONNRESET',
        serverMessage: `No answer from ${host}: ${message}`,
        cause: error,
    });
}

;// CONCATENATED MODULE: ./src/storage/read-answer.ts




function jsonAnswer(answer, request, host, now) {
    assertSuccess(answer, request, host, now);
    if (answer.status === 204)
        return {};
    const json = (0,src_json/* parseJson */.qF)(answer.body.toString('utf8'));
    if ((0,src_json/* isJsonObject */.OW)(json))
        return json;
    throw new src_failure/* ServiceError */._({
        service: 'Cloud Storage',
        request: requestLabel(request),
        host,
        transport: 'GARBLED',
        serverMessage: `The answer with status ${answer.status} is not a JSON object.`,
    });
}
function assertSuccess(answer, request, host, now) {
    const { status, headers, body } = answer;
    if (status >= 200 && status < 300)
        return;
    const retryAfterSeconds = (0,retry/* parseRetryAfter */.mu)(headers['retry-after'], now);
    throw new src_failure/* ServiceError */._({
        service: 'Cloud Storage',
        request: requestLabel(request),
        host,
        httpStatus: status,
        ...refusal(body),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
}
function refusal(body) {
    const text = body.toString('utf8');
    const json = (0,src_json/* parseJson */.qF)(text);
    const error = (0,src_json/* isJsonObject */.OW)(json) ? json['error'] : undefined;
    if (!(0,src_json/* isJsonObject */.OW)(error))
        return { serverMessage: (0,src_json/* plainWords */.c5)(text) };
    const errors = Array.isArray(error['errors']) ? error['errors'] : [];
    const reason = (0,src_json/* isJsonObject */.OW)(errors[0]) ? errors[0]['reason'] : undefined;
    return {
        serverMessage: typeof error['message'] === 'string' ? error['message'] : (0,src_json/* plainWords */.c5)(text),
        ...(typeof reason === 'string' ? { status: reason } : {}),
        details: errors,
    };
}
const OBJECT_FIELDS = 'name,size,crc32c,generation';
function storedObject(resource) {
    const { name, crc32c } = resource;
    if (typeof name !== 'string' || typeof crc32c !== 'string')
        return undefined;
    const size = wholeNumber(resource['size']);
    const generation = wholeNumber(resource['generation']);
    if (size === undefined || generation === undefined)
        return undefined;
    return { name, bytes: Number(size), crc32c, generation };
}
function wholeNumber(value) {
    if (typeof value === 'number' && Number.isSafeInteger(value))
        return String(value);
    return typeof value === 'string' && /^\d{1,20}$/.test(value) ? value : undefined;
}

;// CONCATENATED MODULE: ./src/storage/storage-library.ts
function openStorageLibrary(send, baseUrl) {
    const make = async (options) => {
        const { Storage } = await Promise.all(/* import() */[__webpack_require__.e(492), __webpack_require__.e(669), __webpack_require__.e(923)]).then(__webpack_require__.bind(__webpack_require__, 3923));
        const storage = new Storage(options);
        storage.baseUrl = `${baseUrl}/storage/v1`;
        storage.makeAuthenticatedRequest = transportOver(send, baseUrl);
        return storage;
    };
    let opened;
    const open = (projectId) => projectId === undefined ? (opened ??= make({})) : make({ projectId });
    return {
        open,
        request: async (bucket, request) => {
            const storage = await open();
            return await new Promise((resolve, reject) => {
                storage.bucket(bucket).request(request, (error, body) => {
                    if (error)
                        reject(error);
                    else
                        resolve(body);
                });
            });
        },
    };
}
function transportOver(send, baseUrl) {
    return ({ method = 'GET', uri, qs = {}, json, headers }, callback) => {
        const query = Object.entries(qs).map(([key, value]) => `${key}=${encodeURIComponent(value)}`);
        const search = query.join('&');
        const path = `${uri.slice(baseUrl.length)}${search === '' ? '' : `?${search}`}`;
        const request = {
            method,
            path,
            headers: {
                ...headers,
                ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(json === undefined ? {} : { body: Buffer.from(JSON.stringify(json)) }),
        };
        send(request).then((body) => {
            callback(null, body, body);
        }, (error) => {
            callback(error);
        });
    };
}

;// CONCATENATED MODULE: ./src/storage/json-api.ts




const CONTENT_TYPE = 'application/octet-stream';
function openJsonApi(baseUrl, transport, retrying, world, signal) {
    const { host } = new URL(baseUrl);
    const send = async (request) => jsonAnswer(await transport.send(request, signal), request, host, world.clock.now());
    const library = openStorageLibrary(send, baseUrl);
    const run = (call) => retrying.run(call, signal);
    const page = (bucket, prefix, pageToken) => {
        const query = [
            `prefix=${encodeURIComponent(prefix)}`,
            `fields=items(${OBJECT_FIELDS}),nextPageToken`,
            ...(pageToken === undefined ? [] : [`pageToken=${encodeURIComponent(pageToken)}`]),
        ];
        return send({ method: 'GET', path: `/storage/v1/b/${bucket}/o?${query.join('&')}` });
    };
    const find = async ({ bucket, name }) => {
        try {
            return await run(async () => {
                const [metadata] = await (await library.open()).bucket(bucket).file(name).getMetadata();
                return complete(metadata, `GET ${objectPath(bucket, name)}`, host);
            });
        }
        catch (error) {
            if (error instanceof src_failure/* ServiceError */._ && error.httpStatus === 404)
                return undefined;
            throw error;
        }
    };
    const inPlace = async (answer, object, request) => storedObject(answer) ?? (await find(object)) ?? complete(answer, request, host);
    return {
        list: async (bucket, prefix) => {
            const request = `GET /storage/v1/b/${bucket}/o`;
            const objects = [];
            const tokens = new Set();
            for (let token;;) {
                const { found, nextPageToken } = await run(async () => {
                    const answer = await page(bucket, prefix, token);
                    const items = (answer['items'] ?? []);
                    return {
                        found: items.map((item) => complete(item, request, host)),
                        nextPageToken: answer['nextPageToken'],
                    };
                });
                objects.push(...found);
                if (typeof nextPageToken !== 'string' || nextPageToken === '')
                    return objects;
                if (tokens.has(nextPageToken))
                    throw unusable(request, host, 'The list repeats its pages.');
                tokens.add(nextPageToken);
                token = nextPageToken;
            }
        },
        find,
        remove: async ({ bucket, name }, generation) => {
            try {
                const path = `${objectPath(bucket, name)}?ifGenerationMatch=${generation}`;
                const request = { method: 'DELETE', path };
                await run(async () => {
                    assertSuccess(await transport.send(request, signal), request, host, world.clock.now());
                });
                return true;
            }
            catch (error) {
                const status = error instanceof src_failure/* ServiceError */._ ? error.httpStatus : undefined;
                if (status === 404 || status === 412)
                    return status === 404;
                throw error;
            }
        },
        createBucket: async (bucket, location, projectId) => {
            await run(async () => (await library.open(projectId)).createBucket(bucket, {
                location,
                iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
            }));
        },
        compose: async ({ bucket, name }, parts) => {
            const path = `${objectPath(bucket, name)}/compose`;
            const request = {
                method: 'POST',
                path: `${path}?ifGenerationMatch=0`,
                headers: { 'content-type': 'application/json' },
                body: Buffer.from(JSON.stringify({ sourceObjects: parts, destination: { contentType: CONTENT_TYPE } })),
            };
            return await inPlace(await run(() => send(request)), { bucket, name }, `POST ${path}`);
        },
        copy: async (source, target) => {
            const rest = `/rewriteTo/b/${target.bucket}/o/${encodeURIComponent(target.name)}`;
            const request = `POST ${objectPath(source.bucket, source.name)}${rest}`;
            let progress = '';
            while (typeof progress === 'string') {
                const token = progress;
                progress = await run(async () => {
                    const answer = await library.request(source.bucket, {
                        method: 'POST',
                        uri: `/o/${encodeURIComponent(source.name)}${rest}`,
                        qs: { ifGenerationMatch: 0, ...(token === '' ? {} : { rewriteToken: token }) },
                        json: {},
                    });
                    const { done, rewriteToken, resource } = answer;
                    if (done === false && typeof rewriteToken === 'string')
                        return rewriteToken;
                    return (0,src_json/* isJsonObject */.OW)(resource) ? resource : {};
                });
            }
            return await inPlace(progress, target, request);
        },
    };
}
function objectPath(bucket, name) {
    return `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`;
}
function complete(resource, request, host) {
    const object = storedObject(resource);
    if (object !== undefined)
        return object;
    const what = 'The object in the answer lacks its name, size, crc32c or generation.';
    throw unusable(request, host, what);
}
function unusable(request, host, serverMessage) {
    const transport = 'INCOMPLETE';
    return new src_failure/* ServiceError */._({ service: 'Cloud Storage', request, host, transport, serverMessage });
}

;// CONCATENATED MODULE: ./src/storage/remove-parts.ts
const EMPTY_LOOKS = 2;
const MOST_LOOKS = 4;
async function removeParts(api, crew, bucket, prefix, parts, pause) {
    const removed = await removeAll(api, crew, bucket, parts);
    return removed || (await sweepParts(api, crew, bucket, prefix, pause));
}
async function sweepParts(api, crew, bucket, prefix, pause) {
    try {
        let emptyLooks = 0;
        for (let look = 0; look < MOST_LOOKS; look++) {
            const left = await api.list(bucket, prefix);
            if (left.length === 0) {
                emptyLooks += 1;
                if (emptyLooks === EMPTY_LOOKS)
                    return true;
                await pause();
            }
            else {
                emptyLooks = 0;
                await removeAll(api, crew, bucket, left);
            }
        }
        return (await api.list(bucket, prefix)).length === 0;
    }
    catch {
        return false;
    }
}
async function removeAll(api, crew, bucket, objects) {
    const removals = objects.map(({ name, generation }) => crew.run('whole', () => api.remove({ bucket, name }, generation)));
    const ends = await Promise.allSettled(removals);
    return ends.every((end) => end.status === 'fulfilled' && end.value);
}

;// CONCATENATED MODULE: ./src/storage/retrying.ts


const TRIES = 8;
const TRIES_TO_RESOLVE = 3;
const FREE_RETRIES = 100;
const RATE_REASONS = new Set(['rateLimitExceeded', 'userRateLimitExceeded']);
const NO_DESCRIPTOR = new Set(['EMFILE', 'ENFILE']);
function openRetrying(world, pace) {
    let requests = 0;
    let retries = 0;
    let first;
    const repeat = async (error, failedTries, signal, { outlives }) => {
        first ??= error;
        if (error.httpStatus === 429 ||
            error.httpStatus === 503 ||
            NO_DESCRIPTOR.has(error.transport ?? '')) {
            pace.refused();
        }
        if (asksTooMuch(error))
            throw withPause(error);
        if (!mayRepeat(error, failedTries) && outlives?.(error) !== true)
            throw error;
        if (retries >= FREE_RETRIES + requests / 5)
            throw first;
        retries += 1;
        const delay = (0,retry/* retryDelay */.a2)(failedTries, world.random, error.retryAfterSeconds);
        const reason = error.httpStatus ?? error.transport ?? 'no answer';
        const line = `Cloud Storage: ${error.request}: ${reason}; try ${failedTries + 1} of ${TRIES} in ${(delay / 1000).toFixed(1)} s`;
        if (failedTries >= 3)
            world.log.info(line);
        else
            world.log.debug(line);
        await world.clock.sleep(delay, signal);
    };
    return {
        run: async (attempt, signal, tries = {}) => {
            let failure;
            let refreshed = false;
            let gained = tries.gained?.() ?? 0;
            requests += 1;
            for (let failedTries = 0;;) {
                try {
                    const result = await attempt(failure);
                    pace.succeeded();
                    return result;
                }
                catch (error) {
                    signal.throwIfAborted();
                    failure = serviceError(error);
                    const now = tries.gained?.() ?? 0;
                    if (now > gained) {
                        failedTries = 0;
                        refreshed = false;
                    }
                    gained = now;
                    if (failure.httpStatus === 401 && !refreshed) {
                        refreshed = true;
                        await world.credentials.refresh();
                        continue;
                    }
                    failedTries += 1;
                    await repeat(failure, failedTries, signal, tries);
                }
            }
        },
    };
}
function serviceError(error) {
    if (error instanceof src_failure/* ServiceError */._)
        return error;
    if (error instanceof Error && 'code' in error && NO_DESCRIPTOR.has(String(error.code))) {
        return new src_failure/* ServiceError */._({
            service: 'Cloud Storage',
            request: 'open',
            host: 'this machine',
            transport: String(error.code),
            serverMessage: 'Too many files and connections are open.',
            cause: error,
        });
    }
    throw error;
}
function asksTooMuch({ retryAfterSeconds = 0 }) {
    return retryAfterSeconds > retry/* LONGEST_RETRY_AFTER_SECONDS */.vY;
}
function withPause(error) {
    const { service, request, host, httpStatus, status, serverMessage, details } = error;
    const seconds = Math.round(error.retryAfterSeconds ?? 0);
    return new src_failure/* ServiceError */._({
        ...{ service, request, host, details, cause: error },
        ...(httpStatus === undefined ? {} : { httpStatus }),
        ...(status === undefined ? {} : { status }),
        retryAfterSeconds: seconds,
        serverMessage: `${serverMessage} It asks to wait ${seconds} s; an upload waits ${retry/* LONGEST_RETRY_AFTER_SECONDS */.vY} s at most.`,
    });
}
function mayRepeat(error, failedTries) {
    if (failedTries >= (error.transport === 'ENOTFOUND' ? TRIES_TO_RESOLVE : TRIES))
        return false;
    if (error.httpStatus === 403)
        return RATE_REASONS.has(error.status ?? '');
    if (error.httpStatus !== undefined)
        return error.httpStatus >= 500 || (0,retry/* isTransient */.dg)(error);
    return (0,retry/* isTransient */.dg)(error) || NO_DESCRIPTOR.has(error.transport ?? '');
}

;// CONCATENATED MODULE: ./src/storage/crc32c.ts
const crc32c_POLYNOMIAL = 0x82f63b78;
function crc32cText(checksum) {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(checksum >>> 0);
    return bytes.toString('base64');
}
function parseCrc32c(text) {
    return Buffer.from(text, 'base64').readUInt32BE();
}
function combineCrc32c(first, second, secondBytes) {
    return (multiply(powerOfX(secondBytes), first) ^ second) >>> 0;
}
function multiply(left, right) {
    let product = 0;
    let shifted = right;
    for (let bit = 31; bit >= 0; bit--) {
        if ((left >>> bit) & 1)
            product ^= shifted;
        shifted = (shifted >>> 1) ^ (shifted & 1 ? crc32c_POLYNOMIAL : 0);
    }
    return product;
}
function powerOfX(bytes) {
    let square = 0x00800000;
    let power = 0x80000000;
    for (let rest = bytes; rest > 0; rest = Math.floor(rest / 2)) {
        if (rest % 2 === 1)
            power = multiply(square, power);
        square = multiply(square, square);
    }
    return power;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./src/storage/insert-object.ts




const MOST_RESTARTS = 2;
function insertPath(bucket, uploadType, name) {
    const query = `uploadType=${uploadType}&ifGenerationMatch=0&fields=${OBJECT_FIELDS}`;
    const named = name === undefined ? '' : `&name=${encodeURIComponent(name)}`;
    return `/upload/storage/v1/b/${bucket}/o?${query}${named}`;
}
const BOUNDARY = (0,external_node_crypto_.randomUUID)();
const MULTIPART_TYPE = `multipart/related; boundary=${BOUNDARY}`;
function multipartFrame(name, content) {
    const resource = JSON.stringify({ name, contentType: CONTENT_TYPE, crc32c: content.crc32c });
    return {
        head: `--${BOUNDARY}\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n${resource}\r\n` +
            `--${BOUNDARY}\r\nContent-Type: ${CONTENT_TYPE}\r\n\r\n`,
        tail: `\r\n--${BOUNDARY}--\r\n`,
    };
}
async function sendOnce({ host, transport, world, signal }, request) {
    return jsonAnswer(await transport.send(request, signal), request, host, world.clock.now());
}
function insertObject(workshop, target, sender) {
    const { host, retrying, api, signal } = workshop;
    let gone = 0;
    const attempt = async (failure) => {
        try {
            if (failure !== undefined && mayBeThere(failure)) {
                const object = await api.find(target);
                if (object !== undefined)
                    return expectSame(target, object, await sender.content(), false);
            }
            const object = storedObject(await sender.send(failure)) ?? (await api.find(target));
            if (object === undefined)
                throw vanished(target, host);
            const sent = await sender.content();
            if (isSame(object, sent))
                return { object, found: false };
            await api.remove(target, object.generation);
            throw damaged(target, object, sent);
        }
        catch (error) {
            if (!isTaken(error))
                throw error;
            return await resolveTaken(workshop, target, await sender.content(), failure === undefined);
        }
    };
    return retrying.run(attempt, signal, {
        outlives: (error) => {
            if (!isForgotten(error) && sender.outlives?.(error) !== true)
                return false;
            gone += 1;
            return gone <= MOST_RESTARTS;
        },
        ...(sender.gained === undefined ? {} : { gained: sender.gained }),
    });
}
function isForgotten({ httpStatus, serverMessage }) {
    return (httpStatus === 410 || (httpStatus === 404 && !/bucket does not exist/i.test(serverMessage)));
}
function mayBeThere({ httpStatus }) {
    return httpStatus === undefined || httpStatus === 404 || httpStatus === 410;
}
function isTaken(error) {
    return error instanceof src_failure/* ServiceError */._ && error.httpStatus === 412;
}
async function resolveTaken({ api, host }, target, content, found) {
    const object = await api.find(target);
    if (object === undefined)
        throw vanished(target, host);
    return expectSame(target, object, content, found);
}
function isSame(object, content) {
    return object.bytes === content.bytes && object.crc32c === content.crc32c;
}
function expectSame(target, object, content, found) {
    if (isSame(object, content))
        return { object, found };
    throw new src_failure/* Failure */.H({
        code: 'conflict',
        what: `gs://${target.bucket}/${target.name} was written by somebody else while this run uploaded.`,
        why: `Another run is writing other content there: ${describe(object)} lie there, ${describe(content)} were to be uploaded.`,
        next: 'Let one run at a time deploy to this version (a concurrency group does that), and run this one again.',
    });
}
function damaged(target, object, content) {
    return new src_failure/* Failure */.H({
        code: 'transient',
        what: `gs://${target.bucket}/${target.name} arrived damaged and was deleted.`,
        why: `Cloud Storage received ${describe(object)}; ${describe(content)} were sent.`,
        next: 'Run the job again; if it happens again, check the memory and the network of the runner.',
    });
}
function vanished({ bucket, name }, host) {
    return new src_failure/* ServiceError */._({
        service: 'Cloud Storage',
        request: `GET /storage/v1/b/${bucket}/o/${encodeURIComponent(name)}`,
        host,
        transport: 'GARBLED',
        serverMessage: 'The object was there a moment ago and is gone.',
    });
}
function describe({ bytes, crc32c }) {
    return `${bytes} bytes with crc32c ${crc32c}`;
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: ./src/open-flags.ts
var open_flags = __webpack_require__(4157);
;// CONCATENATED MODULE: ./src/storage/local-file.ts



function openLocalFile(file, path) {
    const descriptor = openForReading(file.name, path);
    const before = (0,external_node_fs_.fstatSync)(descriptor, { bigint: true });
    const close = () => {
        (0,external_node_fs_.closeSync)(descriptor);
    };
    const { source } = file;
    const found = source.kind === 'local' ? source.inode : undefined;
    if (found !== undefined && found !== `${before.dev}:${before.ino}`) {
        close();
        throw changed(file.name, 'it was replaced');
    }
    if (before.size !== BigInt(file.bytes)) {
        close();
        throw changed(file.name, `it had ${file.bytes} bytes when it was looked at and has ${before.size} now`);
    }
    const filled = (bytes, wanted) => {
        if (bytes < wanted)
            throw changed(file.name, `it ended before its ${file.bytes} bytes were read`);
    };
    return {
        name: file.name,
        bytes: file.bytes,
        read: async (target, position) => {
            for (let done = 0; done < target.length;) {
                const bytes = await readSome(descriptor, target, done, position + done);
                filled(bytes, 1);
                done += bytes;
            }
        },
        readNow: (target, position) => {
            filled((0,external_node_fs_.readSync)(descriptor, target, 0, target.length, position), target.length);
        },
        assertUnchanged: () => {
            assertSame(file.name, before, (0,external_node_fs_.fstatSync)(descriptor, { bigint: true }));
        },
        assertStillNamed: () => {
            const named = (0,external_node_fs_.statSync)(path, { bigint: true, throwIfNoEntry: false });
            if (named === undefined)
                throw changed(file.name, 'it was deleted');
            assertSame(file.name, before, named);
        },
        close,
    };
}
function openForReading(name, path) {
    try {
        return (0,external_node_fs_.openSync)(path, open_flags/* READ_NO_LINK */.i);
    }
    catch (error) {
        const { code = 'unknown error' } = error;
        if (code === 'EMFILE' || code === 'ENFILE')
            throw error;
        if (code === 'ENOENT')
            throw changed(name, 'it was deleted');
        if (code === 'ELOOP')
            throw changed(name, 'it was replaced by a link');
        throw new src_failure/* Failure */.H({
            code: 'artifact',
            what: `The file "${name}" cannot be read.`,
            why: `Opening it failed with ${code}.`,
            next: 'Give the runner the right to read it, and run the job again.',
            cause: error,
        });
    }
}
function assertSame(name, before, now) {
    if (now.size !== before.size) {
        throw changed(name, `it had ${before.size} bytes at first and has ${now.size} now`);
    }
    if (now.ino !== before.ino || now.dev !== before.dev)
        throw changed(name, 'it was replaced');
    if (now.mtimeNs !== before.mtimeNs)
        throw changed(name, 'it was written to');
}
function changed(name, how) {
    return new src_failure/* Failure */.H({
        code: 'artifact',
        what: `The file "${name}" changed while uploading.`,
        why: `Since the deploy began, ${how}.`,
        next: 'Let the step that writes the model end before this one begins, and run the job again.',
    });
}
function readSome(descriptor, target, offset, position) {
    return new Promise((resolve, reject) => {
        (0,external_node_fs_.read)(descriptor, target, offset, target.length - offset, position, (error, bytes) => {
            if (error)
                reject(error);
            else
                resolve(bytes);
        });
    });
}

;// CONCATENATED MODULE: ./src/storage/read-hashed.ts


const PIECE_BYTES = 512 * 1024;
async function readHashed(file, range, memory, signal, use) {
    const piece = Math.min(PIECE_BYTES, range.bytes);
    const block = await memory.borrow(2 * piece, signal);
    let inUse = Promise.resolve();
    try {
        let checksum = 0;
        for (let done = 0, half = 0; done < range.bytes; half = piece - half) {
            signal.throwIfAborted();
            const end = half + Math.min(piece, range.bytes - done);
            const bytes = block.bytes.subarray(half, end);
            await file.read(bytes, range.start + done);
            checksum = block.crc32c(checksum, half, end);
            await inUse;
            inUse = use(bytes);
            inUse.catch(() => undefined);
            done += bytes.length;
        }
        await inUse;
        return checksum;
    }
    finally {
        await inUse.catch(() => undefined);
        block.release();
    }
}
async function hashFile(file, path, memory, signal) {
    const local = openLocalFile(file, path);
    try {
        const whole = { start: 0, bytes: file.bytes };
        const checksum = await readHashed(local, whole, memory, signal, () => Promise.resolve());
        local.assertUnchanged();
        return crc32cText(checksum);
    }
    finally {
        local.close();
    }
}

;// CONCATENATED MODULE: ./src/storage/session-address.ts

function readSessionAddress(location, baseUrl) {
    const base = new URL(baseUrl);
    const prefix = base.pathname.replace(/\/$/, '');
    if (location === undefined || !URL.canParse(location, baseUrl)) {
        throw refused(base.host, 'Its answer names no session URI.');
    }
    const url = new URL(location, base);
    const id = url.searchParams.get('upload_id') ?? '';
    if (url.origin !== base.origin || !url.pathname.startsWith(`${prefix}/`)) {
        throw refused(base.host, `The session would be on ${url.origin}: nothing was sent there.`);
    }
    if (id === '')
        throw refused(base.host, 'The session URI has no upload_id.');
    return { path: `${url.pathname.slice(prefix.length)}${url.search}`, id };
}
function refused(host, why) {
    return new src_failure/* Failure */.H({
        code: 'internal',
        what: `${host} did not begin a resumable upload as Cloud Storage does.`,
        why,
        next: 'Look at STORAGE_EMULATOR_HOST, and at what stands between this runner and Cloud Storage.',
    });
}

;// CONCATENATED MODULE: ./src/storage/send-in-session.ts








const SHORTEST_SECRET = 8;
const INCOMPLETE = 308;
function sessionSender(workshop, memory, { target, file, range, sent }) {
    const { host, transport, world, signal, sessions, chunkBytes } = workshop;
    let session;
    let lost;
    let kept = 0;
    let checksum = 0;
    let counted = 0;
    const hash = (bytes) => readHashed(file, { start: range.start, bytes }, memory, signal, () => Promise.resolve());
    const count = (bytes) => {
        sent(bytes - counted);
        counted = bytes;
    };
    const end = () => {
        if (session !== undefined)
            sessions.delete(session);
        session = undefined;
    };
    const begin = async () => {
        const request = {
            method: 'POST',
            path: insertPath(target.bucket, 'resumable', target.name),
            headers: {
                'content-type': 'application/json',
                'x-upload-content-type': CONTENT_TYPE,
                'x-upload-content-length': String(range.bytes),
            },
            body: Buffer.from('{}'),
        };
        const answer = await transport.send(request, signal);
        assertSuccess(answer, request, host, world.clock.now());
        const address = readSessionAddress(answer.headers.location, workshop.baseUrl);
        if (address.id.length >= SHORTEST_SECRET)
            world.runner.setSecret(address.id);
        sessions.add(address.path);
        kept = 0;
        checksum = 0;
        count(0);
        return address.path;
    };
    const take = async (answer, request, sentBytes, sentChecksum) => {
        if (answer.status !== INCOMPLETE) {
            if (sentBytes > 0 && kept + sentBytes < range.bytes) {
                assertSuccess(answer, request, host, world.clock.now());
                throw send_in_session_garbled(request, host, 'it ended before all was sent');
            }
            const resource = jsonAnswer(answer, request, host, world.clock.now());
            if (sentChecksum !== undefined) {
                checksum = combineCrc32c(checksum, sentChecksum, sentBytes);
                kept += sentBytes;
            }
            end();
            return resource;
        }
        const told = keptBytes(answer, request, host);
        if (told > range.bytes)
            throw send_in_session_garbled(request, host, `it has ${told} bytes`);
        if (told === kept + sentBytes && sentChecksum !== undefined) {
            checksum = combineCrc32c(checksum, sentChecksum, sentBytes);
        }
        else if (told !== kept)
            checksum = await hash(told);
        const isShort = told < kept + sentBytes;
        kept = told;
        count(kept);
        if (isShort || kept === range.bytes)
            throw send_in_session_garbled(request, host, `it has ${kept} bytes only`);
        return undefined;
    };
    const ask = async (path) => {
        const request = {
            method: 'PUT',
            path,
            headers: { 'content-length': '0', 'content-range': `bytes */${range.bytes}` },
        };
        return await take(await transport.send(request, signal), request, 0, undefined);
    };
    const sendChunk = async (path) => {
        const bytes = Math.min(chunkBytes, range.bytes - kept);
        const chunk = { start: range.start + kept, bytes };
        let chunkChecksum;
        const request = {
            method: 'PUT',
            path,
            headers: {
                'content-type': CONTENT_TYPE,
                'content-range': `bytes ${kept}-${kept + bytes - 1}/${range.bytes}`,
            },
            body: {
                bytes,
                send: async (write) => {
                    chunkChecksum = await readHashed(file, chunk, memory, signal, async (piece) => {
                        await write(piece);
                        count(counted + piece.length);
                    });
                },
            },
        };
        return await take(await transport.send(request, signal), request, bytes, chunkChecksum);
    };
    return {
        send: async (failure) => {
            const isNew = session === undefined;
            const path = (session ??= await begin());
            try {
                let resource = isNew || failure === undefined ? undefined : await ask(path);
                while (resource === undefined)
                    resource = await sendChunk(path);
                return resource;
            }
            catch (error) {
                if (error instanceof src_failure/* ServiceError */._ && isOver(error)) {
                    lost = error;
                    end();
                }
                throw error;
            }
        },
        content: async () => {
            const whole = kept === range.bytes ? checksum : await hash(range.bytes);
            file.assertUnchanged();
            return { bytes: range.bytes, crc32c: crc32cText(whole) };
        },
        outlives: (error) => error === lost,
        gained: () => kept,
    };
}
async function cancelSessions(transport, sessions, signal) {
    const headers = { 'content-length': '0' };
    await Promise.allSettled([...sessions].map((path) => transport.send({ method: 'DELETE', path, headers }, signal)));
}
function isOver({ httpStatus }) {
    return httpStatus === 404 || httpStatus === 410;
}
function keptBytes(answer, request, host) {
    const { range } = answer.headers;
    if (range === undefined)
        return 0;
    const last = /^bytes=0-(\d{1,15})$/.exec(range)?.[1];
    if (last === undefined)
        throw send_in_session_garbled(request, host, `its Range is "${range}"`);
    return Number(last) + 1;
}
function send_in_session_garbled(request, host, how) {
    return new src_failure/* ServiceError */._({
        service: 'Cloud Storage',
        request: requestLabel(request),
        host,
        transport: 'GARBLED',
        serverMessage: `The upload session cannot go on as it should: ${how}.`,
    });
}

;// CONCATENATED MODULE: ./src/storage/copy-object.ts


async function copyObject(workshop, source, target, file) {
    const crc32c = file.crc32c ?? (await workshop.api.find(source))?.crc32c;
    if (crc32c === undefined)
        throw sourceGone(source);
    const content = { bytes: file.bytes, crc32c };
    try {
        const object = await workshop.api.copy(source, target);
        if (isSame(object, content))
            return { object, found: false };
        await workshop.api.remove(target, object.generation);
        throw damaged(target, object, content);
    }
    catch (error) {
        if (!isTaken(error))
            throw error;
        return await resolveTaken(workshop, target, content, true);
    }
}
function sourceGone({ bucket, name }) {
    return new src_failure/* Failure */.H({
        code: 'artifact',
        what: `gs://${bucket}/${name} cannot be copied.`,
        why: 'It was there when the source was looked at and is gone now.',
        next: 'Let the job that writes the model end before this one begins, and run this one again.',
    });
}

;// CONCATENATED MODULE: ./src/storage/open-files.ts

const TAKEN = 40;
function requestsThatFit() {
    return fitting(limits());
}
function fitting(text) {
    const files = /^Max open files\s+(\d+)/m.exec(text)?.[1];
    return files === undefined ? Infinity : Math.max(1, Math.floor((Number(files) - TAKEN) / 2));
}
function limits() {
    try {
        return (0,external_node_fs_.readFileSync)('/proc/self/limits', 'utf8');
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./src/storage/parts.ts
const KIBIBYTE = 1024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;
const GRAIN_BYTES = 256 * KIBIBYTE;
const SMALLEST_PART_BYTES = 8 * MEBIBYTE;
const LARGEST_PART_BYTES = 64 * MEBIBYTE;
const MOST_COMPOSED = 32;
function cutIntoParts(bytes) {
    const wanted = Math.min(LARGEST_PART_BYTES, Math.max(SMALLEST_PART_BYTES, bytes / MOST_COMPOSED));
    const size = GRAIN_BYTES * Math.ceil(Math.max(wanted, bytes / MOST_COMPOSED ** 2) / GRAIN_BYTES);
    return Array.from({ length: Math.ceil(bytes / size) }, (_, index) => ({
        start: index * size,
        bytes: Math.min(size, bytes - index * size),
    }));
}
function groupsToCompose(items) {
    return Array.from({ length: Math.ceil(items.length / MOST_COMPOSED) }, (_, index) => items.slice(index * MOST_COMPOSED, (index + 1) * MOST_COMPOSED));
}

;// CONCATENATED MODULE: ./src/storage/compose-parts.ts



function partName(prefix, round, index) {
    return `${prefix}${round}-${String(index).padStart(4, '0')}`;
}
async function composeParts(workshop, target, prefix, parts) {
    let row = parts;
    const made = [...parts];
    for (let round = 1; row.length > MOST_COMPOSED; round++) {
        const groups = groupsToCompose(row).map((group, index) => compose(workshop, { bucket: target.bucket, name: partName(prefix, round, index) }, group));
        row = (await Promise.all(groups)).map(({ object }) => object);
        made.push(...row);
    }
    return { inPlace: await compose(workshop, target, row), parts: made };
}
async function compose(workshop, target, parts) {
    const content = contentOf(parts);
    try {
        const object = await workshop.api.compose(target, parts.map(({ name, generation }) => ({ name, generation })));
        if (isSame(object, content))
            return { object, found: false };
        await workshop.api.remove(target, object.generation);
        throw damaged(target, object, content);
    }
    catch (error) {
        if (!isTaken(error))
            throw error;
        const { retrying, signal } = workshop;
        return await retrying.run(() => resolveTaken(workshop, target, content, false), signal);
    }
}
function contentOf(parts) {
    let checksum = 0;
    let bytes = 0;
    for (const part of parts) {
        checksum = combineCrc32c(checksum, parseCrc32c(part.crc32c), part.bytes);
        bytes += part.bytes;
    }
    return { bytes, crc32c: crc32cText(checksum) };
}

;// CONCATENATED MODULE: ./src/storage/send-whole.ts




function wholeSender(workshop, memory, { target, file, range, sent }) {
    const { signal } = workshop;
    let checksum;
    let counted = 0;
    return {
        send: () => sendOnce(workshop, {
            method: 'POST',
            path: insertPath(target.bucket, 'media', target.name),
            headers: { 'content-type': CONTENT_TYPE },
            body: {
                bytes: range.bytes,
                send: async (write) => {
                    sent(-counted);
                    counted = 0;
                    checksum = await readHashed(file, range, memory, signal, async (piece) => {
                        await write(piece);
                        counted += piece.length;
                        sent(piece.length);
                    });
                },
            },
        }),
        content: async () => {
            checksum ??= await readHashed(file, range, memory, signal, () => Promise.resolve());
            file.assertUnchanged();
            return { bytes: range.bytes, crc32c: crc32cText(checksum) };
        },
    };
}

;// CONCATENATED MODULE: ./src/storage/upload-large.ts







function partsPrefix(directory) {
    return `${directory.replace(/\/$/, '')}.parts-${(0,external_node_crypto_.randomBytes)(8).toString('hex')}/`;
}
async function uploadLarge(workshop, memory, crew, target, prefix, file, path, events) {
    const { retrying, signal, stop } = workshop;
    let opening;
    const open = () => {
        events.partsBegun();
        return retrying.run(() => Promise.resolve(openLocalFile(file, path)), signal);
    };
    const upload = async (range, index) => {
        const local = await (opening ??= open());
        const part = { bucket: target.bucket, name: partName(prefix, 0, index) };
        const { object } = await uploadPart(workshop, memory, part, local, range, events.sent);
        return object;
    };
    try {
        const uploads = cutIntoParts(file.bytes).map((range, index) => crew.run('stream', () => upload(range, index)));
        for (const part of uploads)
            part.catch(stop);
        await Promise.allSettled(uploads);
        const parts = await Promise.all(uploads);
        const local = await opening;
        local?.assertUnchanged();
        local?.assertStillNamed();
        return await composeParts(workshop, target, prefix, parts);
    }
    finally {
        await opening?.then((local) => {
            local.close();
        }, () => undefined);
    }
}
function uploadPart(workshop, memory, target, file, range, sent) {
    const part = { target, file, range, sent };
    const sender = range.bytes > workshop.chunkBytes
        ? sessionSender(workshop, memory, part)
        : wholeSender(workshop, memory, part);
    return insertObject(workshop, target, sender);
}

;// CONCATENATED MODULE: ./src/storage/upload-progress.ts
const MILLISECONDS_BETWEEN = 250;
function openProgress(totals, clock, tell) {
    let sentBytes = 0;
    let sentFiles = 0;
    let told = clock.elapsed();
    const report = () => {
        told = clock.elapsed();
        tell({ sentBytes, totalBytes: totals.bytes, sentFiles, totalFiles: totals.files });
    };
    const reportSometimes = () => {
        if (clock.elapsed() - told >= MILLISECONDS_BETWEEN)
            report();
    };
    return {
        sent: (bytes) => {
            sentBytes += bytes;
            reportSometimes();
        },
        fileDone: () => {
            sentFiles += 1;
            reportSometimes();
        },
        finish: report,
    };
}

;// CONCATENATED MODULE: ./src/storage/upload-small.ts



const SMALL_BYTES = 8 * 1024 * 1024;
const READ_NOW_BYTES = 128 * 1024;
const HEAD_BYTES = 7 * 1024;
const TAIL_BYTES = 128;
async function uploadSmall(workshop, memory, target, file, path) {
    const block = await memory.borrow(HEAD_BYTES + file.bytes + TAIL_BYTES, workshop.signal);
    try {
        let content;
        const read = async () => {
            const end = HEAD_BYTES + file.bytes;
            const bytes = block.bytes.subarray(HEAD_BYTES, end);
            const local = openLocalFile(file, path);
            try {
                if (file.bytes <= READ_NOW_BYTES)
                    local.readNow(bytes, 0);
                else
                    await local.read(bytes, 0);
                local.assertUnchanged();
            }
            finally {
                local.close();
            }
            return { bytes: file.bytes, crc32c: crc32cText(block.crc32c(0, HEAD_BYTES, end)) };
        };
        const makeRequest = async () => {
            content ??= await read();
            const frame = multipartFrame(target.name, content);
            const contentsEnd = HEAD_BYTES + file.bytes;
            const start = HEAD_BYTES - Buffer.byteLength(frame.head);
            block.bytes.write(frame.head, start);
            const end = contentsEnd + block.bytes.write(frame.tail, contentsEnd);
            return {
                method: 'POST',
                path: insertPath(target.bucket, 'multipart'),
                headers: { 'content-type': MULTIPART_TYPE },
                body: block.bytes.subarray(start, end),
            };
        };
        return await insertObject(workshop, target, {
            send: async () => await sendOnce(workshop, await makeRequest()),
            content: async () => (content ??= await read()),
        });
    }
    finally {
        block.release();
    }
}

;// CONCATENATED MODULE: ./src/storage/upload-work.ts









const REMOVAL_MILLISECONDS = 5000;
const BETWEEN_LOOKS_MILLISECONDS = 250;
function openWork(room, upload, onProgress, { signal, abort }) {
    const { baseUrl, transport, world, memory, chunkBytes } = room;
    const crew = openCrew(signal, requestsThatFit());
    const retrying = openRetrying(world, {
        succeeded: crew.succeeded,
        refused: () => {
            crew.refused();
            transport.closeIdle();
        },
    });
    const api = openJsonApi(baseUrl, transport, retrying, world, signal);
    const workshop = {
        baseUrl,
        host: new URL(baseUrl).host,
        transport,
        retrying,
        api,
        world,
        signal,
        stop: abort,
        chunkBytes,
        sessions: new Set(),
    };
    const given = new AbortController();
    const removing = AbortSignal.any([signal, given.signal]);
    const removal = openJsonApi(baseUrl, transport, retrying, world, removing);
    const pause = () => world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, removing);
    const progress = openProgress(totals(upload), world.clock, onProgress);
    const openPrefixes = new Set();
    const removals = [];
    const large = async (target, file, path) => {
        const prefix = partsPrefix(upload.directory);
        const { inPlace, parts } = await uploadLarge(workshop, memory, crew, target, prefix, file, path, {
            sent: progress.sent,
            partsBegun: () => {
                openPrefixes.add(prefix);
                upload.onParts?.(`gs://${upload.bucket}/${prefix}`, 'begun');
            },
        });
        removals.push(removeParts(removal, crew, upload.bucket, prefix, parts, pause).then((gone) => {
            if (gone)
                partsGone(upload, openPrefixes, prefix);
        }));
        return inPlace;
    };
    return {
        progress,
        openPrefixes,
        sessions: workshop.sessions,
        tidy: async () => {
            const timer = setTimeout(() => {
                given.abort(new Error('The parts of large files took too long to delete.'));
            }, REMOVAL_MILLISECONDS);
            await Promise.all(removals);
            clearTimeout(timer);
        },
        place: async (file) => {
            const target = { bucket: upload.bucket, name: upload.directory + file.name };
            const { object, found } = isLarge(file)
                ? await large(target, file, file.source.path)
                : await crew.run('whole', () => placeWhole(workshop, memory, target, file));
            if (!isLarge(file))
                progress.sent(file.bytes);
            progress.fileDone();
            const { bytes, crc32c, generation } = object;
            return { name: file.name, bytes, crc32c, generation, reused: found };
        },
    };
}
function isLarge(file) {
    return file.source.kind === 'local' && file.bytes > SMALL_BYTES;
}
function placeWhole(workshop, memory, target, file) {
    const { source } = file;
    return source.kind === 'local'
        ? uploadSmall(workshop, memory, target, file, source.path)
        : copyObject(workshop, source, target, file);
}
function partsGone(upload, openPrefixes, prefix) {
    if (!openPrefixes.delete(prefix))
        return;
    upload.onParts?.(`gs://${upload.bucket}/${prefix}`, 'removed');
}
function totals({ files, reuse }) {
    const sent = files.filter(({ name }) => !reuse.has(name));
    return { bytes: sent.reduce((sum, { bytes }) => sum + bytes, 0), files: sent.length };
}

;// CONCATENATED MODULE: ./src/storage/put-upload.ts







const SWEEP_MILLISECONDS = 20_000;
const SWEEP_WHEN_CANCELLED_MILLISECONDS = 2000;
async function putUpload(room, upload, onProgress) {
    const { world } = room;
    const stop = new AbortController();
    const cancel = () => {
        stop.abort(world.signal.reason);
    };
    world.signal.throwIfAborted();
    world.signal.addEventListener('abort', cancel, { once: true });
    const work = openWork(room, upload, onProgress, {
        signal: stop.signal,
        abort: (reason) => {
            stop.abort(reason);
        },
    });
    const files = upload.files.filter(({ name }) => !upload.reuse.has(name));
    const before = files.filter(({ name }) => name !== upload.marker);
    const last = files.filter(({ name }) => name === upload.marker);
    const placed = [];
    const running = [];
    const placeInTurn = async (some) => {
        for (const file of some)
            placed.push(await work.place(file));
    };
    const placeAll = async (some) => {
        const small = some.filter((file) => !isLarge(file)).values();
        running.push(...some.filter(isLarge).map((file) => placeInTurn([file])), ...Array.from({ length: HIGHEST_LIMIT }, () => placeInTurn(small)));
        await Promise.all(running);
    };
    try {
        await placeAll(before);
        await placeAll(last);
        await work.tidy();
        work.progress.finish();
        return result([...placed, ...reusedFiles(upload)]);
    }
    catch (error) {
        stop.abort(error);
        await Promise.allSettled(running);
        await sweep(room, upload, work);
        world.signal.throwIfAborted();
        throw error;
    }
    finally {
        world.signal.removeEventListener('abort', cancel);
    }
}
async function sweep(room, upload, { openPrefixes, sessions }) {
    const { baseUrl, transport, world } = room;
    const milliseconds = world.signal.aborted
        ? SWEEP_WHEN_CANCELLED_MILLISECONDS
        : SWEEP_MILLISECONDS;
    const signal = AbortSignal.timeout(milliseconds);
    const crew = openCrew(signal);
    const api = openJsonApi(baseUrl, transport, openRetrying(world, crew), world, signal);
    const pause = () => world.clock.sleep(BETWEEN_LOOKS_MILLISECONDS, signal);
    await cancelSessions(transport, sessions, signal);
    await Promise.all([...openPrefixes].map(async (prefix) => {
        const gone = await sweepParts(api, crew, upload.bucket, prefix, pause);
        if (gone)
            partsGone(upload, openPrefixes, prefix);
    }));
}
function reusedFiles({ files, reuse }) {
    return files.flatMap(({ name }) => {
        const object = reuse.get(name);
        if (object === undefined)
            return [];
        const { bytes, crc32c, generation } = object;
        return [{ name, bytes, crc32c, generation, reused: true }];
    });
}
function result(files) {
    const uploaded = files.filter(({ reused }) => !reused);
    return {
        files: files.toSorted(tree_digest/* compareNames */.M),
        uploadedFiles: uploaded.length,
        uploadedBytes: uploaded.reduce((sum, { bytes }) => sum + bytes, 0),
        reusedFiles: files.length - uploaded.length,
    };
}

;// CONCATENATED MODULE: ./src/storage/storage-origin.ts

const GOOGLE = 'https://storage.googleapis.com';
function storageOrigin(environment) {
    const override = (0,hosts/* overriddenBaseUrl */.P)(environment, 'STORAGE_EMULATOR_HOST');
    return override?.replace(/\/storage\/v1$/, '') ?? GOOGLE;
}

;// CONCATENATED MODULE: ./src/storage/open-cloud-storage.ts














const MEMORY_BYTES = 48 * 1024 * 1024;
const open_cloud_storage_BETWEEN_LOOKS_MILLISECONDS = 250;
const LIMITS = { patience: PATIENCE, chunkBytes: 16 * 1024 * 1024 };
function openCloudStorage(world, limits = LIMITS) {
    const baseUrl = storageOrigin(world.environment);
    const { chunkBytes } = limits;
    const transport = openTransport(baseUrl, world, limits.patience);
    const { signal } = world;
    const retrying = openRetrying(world, openCrew(signal));
    const api = openJsonApi(baseUrl, transport, retrying, world, signal);
    let memory;
    const openMemory = () => (memory ??= openHashedMemory(MEMORY_BYTES));
    return {
        list: async (bucket, prefix) => (await api.list(bucket, prefix)).toSorted(tree_digest/* compareNames */.M),
        read: async (bucket, name, limit) => {
            if (limit === 0)
                return Buffer.alloc(0);
            const request = {
                method: 'GET',
                path: `/storage/v1/b/${bucket}/o/${encodeURIComponent(name)}?alt=media`,
                headers: { range: `bytes=0-${limit - 1}` },
                answerBytes: limit,
            };
            return await retrying.run(async () => {
                const answer = await transport.send(request, signal);
                if (answer.status === 416)
                    return Buffer.alloc(0);
                assertSuccess(answer, request, new URL(baseUrl).host, world.clock.now());
                return answer.body;
            }, signal);
        },
        createBucket: async (bucket, location, projectId) => {
            try {
                await api.createBucket(bucket, location, projectId);
            }
            catch (error) {
                if (!(error instanceof src_failure/* ServiceError */._ && error.httpStatus === 409))
                    throw error;
                if (!isOwnBucket(error))
                    throw nameTaken(bucket, error);
            }
        },
        chooseDirectory: async (bucket, directory, files) => await chooseDirectory({
            list: (prefix) => api.list(bucket, prefix),
            checksum: (file) => checksum(file, api, openMemory, signal),
        }, `gs://${bucket}/${directory}`, directory, files),
        sweepParts: async (bucket, prefix) => await sweepParts(api, openCrew(signal), bucket, prefix, () => world.clock.sleep(open_cloud_storage_BETWEEN_LOOKS_MILLISECONDS, signal)),
        put: async (upload, onProgress) => await putUpload({ baseUrl, transport, memory: openMemory(), world, chunkBytes }, upload, onProgress),
    };
}
async function checksum(file, api, openMemory, signal) {
    if (file.crc32c !== undefined)
        return file.crc32c;
    if (file.source.kind === 'local')
        return await hashFile(file, file.source.path, openMemory(), signal);
    const object = await api.find(file.source);
    if (object !== undefined)
        return object.crc32c;
    throw new src_failure/* Failure */.H({
        code: 'artifact',
        what: `gs://${file.source.bucket}/${file.source.name} cannot be read.`,
        why: 'It was there when the source was looked at and is gone now.',
        next: 'Let the job that writes the model end before this one begins, and run this one again.',
    });
}
function isOwnBucket({ serverMessage }) {
    return /you already own it/i.test(serverMessage);
}
function nameTaken(bucket, error) {
    return new src_failure/* Failure */.H({
        code: 'conflict',
        what: `The bucket "${bucket}" cannot be created.`,
        why: `Cloud Storage says: ${error.serverMessage}`,
        next: 'Names of buckets are shared by all of Google Cloud: give another one with the input bucket.',
        cause: error,
    });
}


/***/ })

};
