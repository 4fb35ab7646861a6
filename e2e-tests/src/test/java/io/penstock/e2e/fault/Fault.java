package io.penstock.e2e.fault;

import io.penstock.e2e.cluster.Await;
import io.penstock.e2e.cluster.DiskFault;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What may happen to a training. */
enum Fault {
    TASK_MANAGER_KILLED("a TaskManager is killed") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            cluster.replaceTaskManager();
        }
    },
    KILLED_IN_CHECKPOINT("a TaskManager is killed while it takes a checkpoint") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            cluster.flink().breakDisk(DiskFault.SLOW); // So that the checkpoint takes a while.
            Await.until(
                    "checkpoint in progress",
                    LIMIT,
                    () -> cluster.rest().checkpointsInProgress(training.job()) > 0);
            cluster.flink().killTaskManager();
            cluster.flink().breakDisk(DiskFault.NONE);
            cluster.flink().startTaskManager();
        }
    },
    KILLED_IN_RESTORE("a TaskManager is killed, and its successor while it restores") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            cluster.flink().breakDisk(DiskFault.SLOW); // So that the restore takes a while.
            cluster.replaceTaskManager();
            Await.until("restore", LIMIT, () -> cluster.rest().isInitializing(training.job()));
            cluster.flink().killTaskManager();
            cluster.flink().breakDisk(DiskFault.NONE);
            cluster.flink().startTaskManager();
        }
    },
    JOB_MANAGER_KILLED("the JobManager is killed, the job submitted again from its checkpoint") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            Await.until(
                    "checkpoint",
                    LIMIT,
                    () -> cluster.rest().completedCheckpoints(training.job()) > 0);
            cluster.replaceJobManager();
            training.resubmit();
        }
    },
    BROKER_KILLED("the broker is killed") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            cluster.kafka().kill();
            cluster.kafka().restart();
        }
    },
    BROKER_SILENT("the broker does not answer for a minute") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            cluster.kafka().freeze();
            TimeUnit.SECONDS.sleep(60); // The fault itself.
            cluster.kafka().thaw();
        }
    },
    DISK_READ_ONLY("checkpoints cannot be written, and a TaskManager is killed") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            failCheckpoints(cluster, training, DiskFault.READ_ONLY);
        }
    },
    DISK_FULL("the disk of the checkpoints is full, and a TaskManager is killed") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            failCheckpoints(cluster, training, DiskFault.FULL);
        }
    },
    DISK_SLOW("the disk of the checkpoints is slow, and a TaskManager is killed") {
        @Override
        void strike(FaultyCluster cluster, FaultyTraining training) throws Exception {
            int completed = cluster.rest().completedCheckpoints(training.job());
            cluster.flink().breakDisk(DiskFault.SLOW);
            Await.until(
                    "slow checkpoint",
                    LIMIT,
                    () -> cluster.rest().completedCheckpoints(training.job()) > completed);
            cluster.replaceTaskManager();
            cluster.flink().breakDisk(DiskFault.NONE);
        }
    };

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int FAILED_CHECKPOINTS = 2;

    private final String what;

    Fault(String what) {
        this.what = what;
    }

    /** Makes it happen; when this returns, nothing is broken any more. */
    abstract void strike(FaultyCluster cluster, FaultyTraining training) throws Exception;

    private static void failCheckpoints(
            FaultyCluster cluster, FaultyTraining training, DiskFault fault) throws Exception {
        int failed = cluster.rest().failedCheckpoints(training.job());
        cluster.flink().breakDisk(fault);
        Await.until(
                "failed checkpoints",
                LIMIT,
                () ->
                        cluster.rest().failedCheckpoints(training.job())
                                >= failed + FAILED_CHECKPOINTS);
        cluster.replaceTaskManager();
        cluster.flink().breakDisk(DiskFault.NONE);
    }

    /** What happens, in words. */
    @Override
    public String toString() {
        return what;
    }
}
