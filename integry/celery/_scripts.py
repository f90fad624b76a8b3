"""Lua scripts for the account of a run. Redis runs each of them at once, without commands of others in between.

The keys of a run, with the prefix `integry:{NAME}:`:

- `info`: a hash with the id of the run, the number of its calls, and its options;
- `calls`: the calls of each chunk, as JSON;
- `claims`: for each call that has left and has no outcome, the execution that makes it;
- `outcomes`: the outcome of each call, as JSON; `counts`: how many there are in each state;
- `turns`: how many times each chunk was put back into the queue;
- `alive:EXECUTION`: the sign of life of an execution, which expires.

The name is in braces, so that a cluster keeps all keys of a run on one node. All scripts get the keys above, and in
ARGV[1] the id of the run. A run of the same name that was forgotten has another id.
"""

KEYS = ("info", "calls", "claims", "outcomes", "counts", "turns", "alive:")

_HEAD = """
local info, calls, claims, outcomes, counts, turns, alive = unpack(KEYS)
if redis.call('HGET', info, 'id') ~= ARGV[1] then return false end
"""

#: Claim a call: 1 if it may leave. The same execution may ask again, if it did not get the answer.
#: ARGV: id, number, execution.
CLAIM = f"""{_HEAD}
if redis.call('HEXISTS', outcomes, ARGV[2]) == 1 then return 0 end
if redis.call('HSETNX', claims, ARGV[2], ARGV[3]) == 1 then return 1 end
return redis.call('HGET', claims, ARGV[2]) == ARGV[3] and 1 or 0
"""

#: Give a claim back. ARGV: id, number, execution.
RELEASE = f"""{_HEAD}
if redis.call('HGET', claims, ARGV[2]) ~= ARGV[3] then return 0 end
return redis.call('HDEL', claims, ARGV[2])
"""

#: Record an outcome. ARGV: id, number, execution, outcome, state.
RECORD = f"""{_HEAD}
if redis.call('HGET', claims, ARGV[2]) ~= ARGV[3] then return 0 end
redis.call('HDEL', claims, ARGV[2])
redis.call('HSET', outcomes, ARGV[2], ARGV[4])
return redis.call('HINCRBY', counts, ARGV[5], 1)
"""

#: Put a call back that was lost, or that has an outcome. ARGV: id, number, execution or '', outcome or '', state.
RESET = f"""{_HEAD}
if ARGV[3] ~= '' then
    if redis.call('HGET', claims, ARGV[2]) ~= ARGV[3] or redis.call('EXISTS', alive .. ARGV[3]) == 1 then return 0 end
    return redis.call('HDEL', claims, ARGV[2])
end
if redis.call('HGET', outcomes, ARGV[2]) ~= ARGV[4] then return 0 end
redis.call('HDEL', outcomes, ARGV[2])
redis.call('HINCRBY', counts, ARGV[5], -1)
return 1
"""

#: Begin the next turn of a chunk, and return its number; 0 if another execution did so. ARGV: id, chunk, turn.
NEXT_TURN = f"""{_HEAD}
if (redis.call('HGET', turns, ARGV[2]) or '0') ~= ARGV[3] then return 0 end
return redis.call('HINCRBY', turns, ARGV[2], 1)
"""

#: Return the number of calls, how many are in each state, and how many were lost. ARGV: id.
COUNT = f"""{_HEAD}
local lost, seen = 0, {{}}
for _, execution in ipairs(redis.call('HVALS', claims)) do
    if seen[execution] == nil then seen[execution] = redis.call('EXISTS', alive .. execution) end
    lost = lost + 1 - seen[execution]
end
return {{redis.call('HGET', info, 'total'), redis.call('HGETALL', counts), lost}}
"""

#: Return the calls of a chunk, its turn, and for each of its calls: the outcome or '', the execution or '', 1 if it is
#: alive. ARGV: id, chunk, the number of the first call, and of the last one.
READ = f"""{_HEAD}
local found = {{redis.call('HGET', calls, ARGV[2]) or '[]', redis.call('HGET', turns, ARGV[2]) or '0'}}
local seen = {{}}
for number = tonumber(ARGV[3]), tonumber(ARGV[4]) do
    local field = string.format('%.0f', number)
    local execution = redis.call('HGET', claims, field) or ''
    if execution ~= '' and seen[execution] == nil then seen[execution] = redis.call('EXISTS', alive .. execution) end
    found[#found + 1] = redis.call('HGET', outcomes, field) or ''
    found[#found + 1] = execution
    found[#found + 1] = seen[execution] or 0
end
return found
"""
