package io.penstock.cli;

import io.penstock.broker.TopicAdmin;
import io.penstock.kafka.KafkaCluster;
import io.penstock.kafka.Topics;
import io.penstock.sample.WriterSchemas;
import io.penstock.schemas.ModelUpdate;
import io.penstock.schemas.RejectedSample;
import io.penstock.schemas.SimulationEvent;
import io.penstock.schemas.SimulationRequest;
import io.penstock.schemas.TrainingReport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Follows what the topics tell of studies. */
final class StudyWatch {
    private final KafkaCluster kafka;
    private final Topics topics;
    private final TopicReader reader;
    private final @Nullable String study;
    private final Map<String, StudyView> studies = new TreeMap<>();

    /**
     * @param study the study; null for all of them
     */
    StudyWatch(KafkaCluster kafka, Topics topics, @Nullable String study) {
        this.kafka = kafka;
        this.topics = topics;
        this.study = study;
        this.reader = new TopicReader(kafka);
    }

    TopicReader reader() {
        return reader;
    }

    /**
     * Reads what was added and says where the studies are, by name.
     *
     * @throws IOException if a topic cannot be read
     */
    List<StudyStatus> look() throws IOException {
        reader.read(
                topics.simulationRequests(),
                SimulationRequest.getDecoder(),
                (request, at) -> {
                    if (isWatched(request.getStudy())) {
                        view(request.getStudy()).ensemble().requested(request, at);
                    }
                });
        reader.read(
                topics.simulationEvents(),
                SimulationEvent.createDecoder(WriterSchemas.STORE),
                (event, at) -> {
                    if (isWatched(event.getStudy())) {
                        view(event.getStudy()).ensemble().happened(event, at);
                    }
                });
        readTraining();
        Map<Integer, Long> ends = ends();
        return studies.values().stream().map(view -> view.status(ends)).toList();
    }

    private void readTraining() throws IOException {
        reader.read(
                topics.trainingReports(),
                TrainingReport.createDecoder(WriterSchemas.STORE),
                (report, at) -> {
                    if (isWatched(report.getStudy())) {
                        view(report.getStudy()).report(report);
                    }
                });
        reader.read(
                topics.modelUpdates(),
                ModelUpdate.getDecoder(),
                (update, at) -> {
                    if (isWatched(update.getStudy())) {
                        view(update.getStudy()).published(update);
                    }
                });
        reader.read(
                topics.rejectedSamples(),
                RejectedSample.getDecoder(),
                (sample, at) -> {
                    if (isWatched(sample.getStudy())) {
                        view(sample.getStudy()).rejected(sample);
                    }
                });
    }

    private boolean isWatched(String name) {
        return study == null || study.equals(name);
    }

    private StudyView view(String name) {
        return studies.computeIfAbsent(name, StudyView::new);
    }

    private Map<Integer, Long> ends() throws IOException {
        try (TopicAdmin admin = new TopicAdmin(kafka.properties())) {
            return admin.endOffsets(topics.solverOutputs());
        }
    }
}
