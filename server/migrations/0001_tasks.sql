-- A published migration is never edited: the server compares its checksum with the one stored in every
-- database. A change of the schema is a new file with the next number.

-- AUTOINCREMENT, because the id of a task that is done must never name another task: an edit that a
-- client kept while it was offline would otherwise change a stranger.
CREATE TABLE tasks (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    summary     TEXT    NOT NULL,
    description TEXT    NOT NULL,
    -- state.revision as it stood after the last write to this task
    revision    INTEGER NOT NULL
) STRICT;

-- One row. `revision` goes up by one in every transaction that changes tasks; `epoch` tells this database
-- from any other, so that an entity tag from a database that was thrown away never matches one of ours.
CREATE TABLE state (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    epoch    TEXT    NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

INSERT INTO state (only_row, epoch, revision) VALUES (1, lower(hex(randomblob(8))), 0);

-- The whole answer to a create follows from the task's id and its first revision, so these two are what
-- is kept. Rows don't refer to `tasks`: a key outlives its task, or a late retry would bring a finished
-- task back.
CREATE TABLE idempotency_keys (
    key         TEXT    PRIMARY KEY,
    fingerprint BLOB    NOT NULL,
    task_id     INTEGER NOT NULL,
    revision    INTEGER NOT NULL,
    created_at  INTEGER NOT NULL DEFAULT (unixepoch())
) STRICT, WITHOUT ROWID;
