package io.penstock.flink;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Remembers what is registered, by its groups, labels and name: {@code a.key=value.name}. */
final class MetricRecorder extends UnregisteredMetricsGroup {
    private final String path;
    private final Map<String, Metric> metrics;

    MetricRecorder() {
        this("", new TreeMap<>());
    }

    private MetricRecorder(String path, Map<String, Metric> metrics) {
        this.path = path;
        this.metrics = metrics;
    }

    @Override
    public MetricGroup addGroup(String name) {
        return new MetricRecorder(path + name + ".", metrics);
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
        return addGroup(key + "=" + value);
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
        metrics.put(path + name, gauge);
        return gauge;
    }

    @Override
    public Counter counter(String name) {
        Counter counter = super.counter(name);
        metrics.put(path + name, counter);
        return counter;
    }

    Map<String, Metric> metrics() {
        return metrics;
    }

    /** Present value of a gauge or counter. */
    Object value(String name) {
        Metric metric = Objects.requireNonNull(metrics.get(name), name);
        return metric instanceof Counter counter
                ? counter.getCount()
                : ((Gauge<?>) metric).getValue();
    }
}
