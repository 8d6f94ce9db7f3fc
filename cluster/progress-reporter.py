#!/usr/bin/env python3
"""Tells Flarepath how far the Spark applications of an EMR cluster are.

EMR runs this file as a bootstrap action on every node. On the primary node it starts itself again as a daemon
and returns at once; on the others it does nothing. A bootstrap action that fails takes the cluster with it, so
this one always succeeds, and the pilot flies by time where no progress comes.

The daemon asks YARN's ResourceManager for applications, and each application's driver, through YARN's proxy,
for its stages and executors (in cluster mode the driver is on another node). Every 30 s it writes one item to
the ledger, over the one before: PROGRESS#<cluster> NEWEST. Every minute CloudWatch gets a few metrics.

Python's standard library and the `aws` command only: what an EMR node has. Python 3.7 is the oldest there. One
file, long as it is: EMR downloads one for a bootstrap action, and each further download could fail a node.
"""
import argparse
import fcntl
import json
import os
import random
import socket
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timezone

INFO_DIRECTORY = "/mnt/var/lib/info"
HOME = os.path.join(os.path.expanduser("~"), "flarepath-progress")
ANSWER_BYTES_MAX = 64 * 1024 * 1024
LOG_BYTES_MAX = 1024 * 1024
HTTP_SECONDS = 10
COMMAND_SECONDS = 25
METRICS_EVERY_SECONDS = 60
BACKOFF_SECONDS_MAX = 300
KEPT_SECONDS = 7 * 86400
# EMR says when all steps are done; until then there may be work that nobody has announced.
MOST_DONE = 0.99
ENDED = ("FINISHED", "FAILED", "KILLED")
OPEN_STAGES = ("ACTIVE", "PENDING")
# Seconds per millisecond, of what Spark counts in milliseconds.
MILLISECOND = 0.001


def get_json(url):
    """The JSON at an address of the cluster. Raises OSError or ValueError."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"Accept": "application/json"})
    with opener.open(request, timeout=HTTP_SECONDS) as answer:
        body = answer.read(ANSWER_BYTES_MAX + 1)
    if len(body) > ANSWER_BYTES_MAX:
        raise ValueError("%s answered with more than %d bytes" % (url, ANSWER_BYTES_MAX))
    return json.loads(body.decode("utf-8"))


def number(record, name):
    """A member that should be a number; 0 where it is missing or something else."""
    value = record.get(name) if isinstance(record, dict) else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else 0


class Stages:
    """What one try of an application's driver has told of its stages, also of those that it has forgotten since."""

    COUNTERS = {
        "tasksDone": ("numCompleteTasks", 1),
        "tasksFailed": ("numFailedTasks", 1),
        "taskSeconds": ("executorRunTime", MILLISECOND),
        "inputBytes": ("inputBytes", 1),
        "shuffleReadBytes": ("shuffleReadBytes", 1),
        "spillBytes": ("diskBytesSpilled", 1),
    }

    def __init__(self):
        self.known = {}

    def update(self, stages):
        for stage in stages:
            status = stage.get("status")
            counted = {name: number(stage, field) * unit for name, (field, unit) in self.COUNTERS.items()}
            is_open = status in OPEN_STAGES
            counted["tasks"] = number(stage, "numTasks")
            counted["tasksOpen"] = max(number(stage, "numTasks") - counted["tasksDone"], 0) if is_open else 0
            counted["tasksRunning"] = number(stage, "numActiveTasks") if is_open else 0
            counted["stagesDone"] = 1 if status == "COMPLETE" else 0
            counted["stagesOpen"] = 1 if is_open else 0
            self.known[(stage.get("stageId"), stage.get("attemptId"))] = counted
        # A driver keeps its last thousand stages: what it no longer lists still happened.
        listed = {(stage.get("stageId"), stage.get("attemptId")) for stage in stages}
        for key in set(self.known) - listed:
            self.known[key].update(tasksOpen=0, tasksRunning=0, stagesOpen=0)

    def total(self, name):
        return sum(counted[name] for counted in self.known.values())

    def attempts(self):
        """What is known of each stage's attempts: a stage that lost some of its output is attempted again."""
        by_stage = {}
        for (stage_id, _), counted in self.known.items():
            by_stage.setdefault(stage_id, []).append(counted)
        return by_stage.values()

    def work(self):
        """(task seconds that got done, task seconds that are left as far as a stage's own tasks tell).

        Each task of a stage counts once, at the mean of all that ended: doing it again gets nobody further. A stage
        of which no task has ended tells nothing of its time; what the run was expected to take covers it.
        """
        done = left = 0
        for attempts in self.attempts():
            mean, ended = mean_task_seconds(attempts)
            done += mean * min(ended, max(attempt["tasks"] for attempt in attempts) or ended)
            left += mean * sum(attempt["tasksOpen"] for attempt in attempts)
        return done, left

    def close(self, succeeded):
        """The application has ended. Where it succeeded, tasks of stages that had begun ended between two looks."""
        for attempts in self.attempts():
            mean, ended = mean_task_seconds(attempts)
            for attempt in attempts:
                if succeeded and ended > 0:
                    attempt["taskSeconds"] += mean * attempt["tasksOpen"]
                    attempt["tasksDone"] += attempt["tasksOpen"]
                    attempt["stagesDone"] += attempt["stagesOpen"]
                attempt.update(tasksOpen=0, tasksRunning=0, stagesOpen=0)


def mean_task_seconds(attempts):
    """(seconds of a task of this stage, how many have ended); (0, 0) while none has."""
    ended = sum(attempt["tasksDone"] for attempt in attempts)
    return (sum(attempt["taskSeconds"] for attempt in attempts) / ended if ended > 0 else 0), ended


class Application:
    """One application, over the tries of its driver."""

    def __init__(self):
        self.stages = Stages()
        self.attempt = None
        self.executors = {}
        self.state = None
        self.silent = False
        self.restarts = 0

    def look(self, listed, proxy):
        """Asks the driver. Keeps what was known when it does not answer: it may be starting, or starting again."""
        self.state = listed.get("state")
        if self.state in ENDED:
            self.executors = {}
            self.silent = False
            # A driver that gives up may still leave YARN in good order, and says so in the final status.
            self.stages.close(self.state == "FINISHED" and listed.get("finalStatus") not in ("FAILED", "KILLED"))
            return
        if self.state != "RUNNING":
            return
        base = "%s/api/v1/applications" % proxy.rstrip("/")
        try:
            attempt_id, began = newest_attempt(get_json(base), listed["id"])
            path = "/".join([base, urllib.parse.quote(listed["id"])] + ([attempt_id] if attempt_id else []))
            stages, executors = get_json(path + "/stages"), get_json(path + "/executors")
            if self.attempt is not None and (attempt_id, began) != self.attempt:
                self.stages = Stages()
                self.restarts += 1
            self.attempt = (attempt_id, began)
            self.stages.update(stages)
            workers = [executor for executor in executors if executor.get("id") != "driver"]
            self.executors = {
                "executors": len(workers),
                "executorCores": sum(number(executor, "totalCores") for executor in workers),
                "memoryUsedBytes": sum(number(executor, "memoryUsed") for executor in workers),
                "memoryTotalBytes": sum(number(executor, "maxMemory") for executor in workers),
            }
            self.silent = False
        except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
            self.silent = True
            log("%s does not answer: %s" % (listed.get("id"), error))


def newest_attempt(applications, application_id):
    """(attempt id or None, when it began): in YARN's cluster mode a driver that is lost is started again."""
    for application in applications:
        if application.get("id") == application_id and application.get("attempts"):
            newest = max(application["attempts"], key=lambda attempt: number(attempt, "startTimeEpoch"))
            return newest.get("attemptId"), number(newest, "startTimeEpoch")
    raise ValueError("the driver does not know %s" % application_id)


class Cluster:
    """All Spark applications that YARN has shown since the daemon began."""

    def __init__(self, resource_managers):
        self.resource_managers = list(resource_managers)
        self.applications = {}

    def look(self):
        """Raises OSError or ValueError when no ResourceManager answers."""
        for application_id, listed in self.listed().items():
            application = self.applications.setdefault(application_id, Application())
            if application.state in ENDED:
                continue
            tracking = listed.get("trackingUrl") or ""
            through_proxy = "/proxy/" in tracking and tracking.startswith("http")
            fallback = "%s/proxy/%s" % (self.resource_managers[0], application_id)
            application.look(listed, tracking if through_proxy else fallback)

    def listed(self):
        failure = None
        for manager in list(self.resource_managers):
            try:
                answer = get_json(manager + "/ws/v1/cluster/apps?applicationTypes=SPARK")
            except (OSError, ValueError) as error:
                failure = error
                continue
            # The one that answers is asked first from now on.
            self.resource_managers.remove(manager)
            self.resource_managers.insert(0, manager)
            listed = (answer.get("apps") or {}).get("app") or []
            return {application["id"]: application for application in listed}
        raise failure

    def progress(self, expected_task_seconds):
        """What is known now, as numbers by name. `workDone` only where something says how much there is to do."""
        every = list(self.applications.values())
        names = list(Stages.COUNTERS) + ["tasksOpen", "tasksRunning", "stagesDone", "stagesOpen"]
        found = {name: sum(application.stages.total(name) for application in every) for name in names}
        for name in ("executors", "executorCores", "memoryUsedBytes", "memoryTotalBytes"):
            found[name] = sum(application.executors.get(name, 0) for application in every)
        found["applications"] = len(every)
        found["applicationsEnded"] = sum(application.state in ENDED for application in every)
        found["applicationsSilent"] = sum(application.silent for application in every)
        found["driverRestarts"] = sum(application.restarts for application in every)
        if expected_task_seconds is not None:
            found["workDone"] = work_done([application.stages.work() for application in every], expected_task_seconds)
        return found


def work_done(work, expected_task_seconds):
    """Share of the work, 0..0.99: task time so far, of what was expected or of what is known to be left, if more."""
    done, left = sum(done for done, _ in work), sum(left for _, left in work)
    whole = max(expected_task_seconds, done + left)
    return min(done / whole, MOST_DONE) if whole > 0 else 0


class Aws:
    """Writes through the `aws` command, which has the node's role and its own retries."""

    def __init__(self, options):
        self.options = options

    def put_item(self, progress):
        now = time.time()
        item = {
            "pk": {"S": "PROGRESS#%s" % self.options.cluster},
            "sk": {"S": "NEWEST"},
            "reportedAt": {"S": instant(now)},
            "expiresAt": {"N": str(int(now) + KEPT_SECONDS)},
        }
        item.update({name: {"N": plain(value)} for name, value in progress.items()})
        self.run("dynamodb", "put-item", "--table-name", self.options.table, "--item", json.dumps(item))

    def put_metrics(self, progress):
        measured = [
            ("WorkDonePercent", "workDone", "Percent", 100),
            ("TasksRunning", "tasksRunning", "Count", 1),
            ("ExecutorsRunning", "executors", "Count", 1),
            ("SpillBytes", "spillBytes", "Bytes", 1),
        ]
        data = [
            {
                "MetricName": metric,
                "Dimensions": [{"Name": "JobFlowId", "Value": self.options.cluster}],
                "Value": progress[name] * factor,
                "Unit": unit,
            }
            for metric, name, unit, factor in measured
            if name in progress
        ]
        self.run("cloudwatch", "put-metric-data", "--namespace", "Flarepath", "--metric-data", json.dumps(data))

    def run(self, *arguments):
        """Raises OSError or subprocess.SubprocessError when the command fails or takes too long."""
        try:
            subprocess.run(
                [self.options.aws, "--region", self.options.region, *arguments],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=COMMAND_SECONDS,
            )
        except subprocess.CalledProcessError as error:
            said = error.stderr.decode("utf-8", "replace").strip()[-300:]
            raise OSError("aws %s %s: %s" % (arguments[0], arguments[1], said))


class Outlet:
    """Something that is told every so often, and after failures ever less often, up to a bound.

    Its times are monotonic: a clock that is set back or forth neither silences nor hurries it.
    """

    def __init__(self, tell, every_seconds):
        self.tell = tell
        self.every_seconds = every_seconds
        self.failures = 0
        self.due = 0.0

    def offer(self, progress):
        now = time.monotonic()
        if now < self.due:
            return
        try:
            self.tell(progress)
            self.failures = 0
            self.due = now + self.every_seconds
        except (OSError, subprocess.SubprocessError) as error:
            self.failures += 1
            wait = min(self.every_seconds * 2 ** min(self.failures, 10), BACKOFF_SECONDS_MAX)
            self.due = now + wait * random.uniform(0.5, 1)
            log("failed, next in about %d s: %s" % (wait, error))


def watch(options):
    """Reports until the node is gone."""
    cluster, aws = Cluster(options.resource_manager), Aws(options)
    # Half a round of slack: a round is never late by its own length.
    slack = options.every_seconds / 2
    outlets = [
        Outlet(aws.put_item, options.every_seconds - slack),
        Outlet(aws.put_metrics, max(METRICS_EVERY_SECONDS, options.every_seconds) - slack),
    ]
    while True:
        began = time.monotonic()
        try:
            cluster.look()
            progress = cluster.progress(options.expected_task_seconds)
            for outlet in outlets:
                outlet.offer(progress)
        except (OSError, ValueError) as error:
            log("YARN does not answer: %s" % error)
        except Exception:  # whatever it is, the next round may do without
            log(traceback.format_exc())
        time.sleep(max(options.every_seconds - (time.monotonic() - began), slack))


def instant(seconds):
    text = datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def plain(value):
    return "%d" % value if float(value).is_integer() else "%.4f" % value


def log(text):
    try:
        if os.fstat(sys.stderr.fileno()).st_size > LOG_BYTES_MAX:
            os.ftruncate(sys.stderr.fileno(), 0)
        sys.stderr.write("%s %s\n" % (instant(time.time()), text))
        sys.stderr.flush()
    except OSError:
        pass


def node_facts(directory):
    """(is this the primary node, id of the cluster), as EMR writes them on every node."""
    with open(os.path.join(directory, "instance.json")) as instance, open(
        os.path.join(directory, "job-flow.json")
    ) as job_flow:
        return bool(json.load(instance).get("isMaster")), json.load(job_flow)["jobFlowId"]


def install(arguments):
    """On the primary node, starts the daemon. Returns at once."""
    options = parse(arguments)
    is_primary, cluster = node_facts(options.info)
    if not is_primary:
        return
    os.makedirs(options.home, exist_ok=True)
    copy = os.path.join(options.home, "progress-reporter.py")
    with open(__file__) as source, open(copy, "w") as target:
        target.write(source.read())
    with open(os.path.join(options.home, "log"), "a") as output:
        subprocess.Popen(
            [sys.executable, copy, "--daemon", "--cluster", cluster, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=options.home,
            start_new_session=True,
        )


def daemon(options):
    with open(os.path.join(options.home, "lock"), "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return  # another one reports already
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        watch(options)


def parse(arguments):
    parser = argparse.ArgumentParser(description="Reports the progress of an EMR cluster's Spark applications.")
    parser.add_argument("--table", required=True, help="the ledger")
    parser.add_argument("--region", required=True)
    parser.add_argument("--expected-task-seconds", type=float, help="task time that the whole run should take")
    parser.add_argument("--every-seconds", type=float, default=30)
    parser.add_argument("--resource-manager", action="append", help="default: this node's, port 8088")
    parser.add_argument("--aws", default="aws", help="the aws command")
    parser.add_argument("--info", default=INFO_DIRECTORY, help="where EMR describes the node")
    parser.add_argument("--home", default=HOME, help="where the daemon keeps its copy, log and lock")
    parser.add_argument("--daemon", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--cluster", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.resource_manager is None:
        options.resource_manager = ["http://localhost:8088", "http://%s:8088" % socket.getfqdn()]
    return options


def main(arguments):
    if "--daemon" in arguments:
        daemon(parse(arguments))
        return
    if "--help" in arguments:
        parse(arguments)
    try:
        install(arguments)
    except (Exception, SystemExit) as error:  # whatever it is, the cluster must not fail of it
        log("no progress will be reported: %r" % error)


if __name__ == "__main__":
    main(sys.argv[1:])
