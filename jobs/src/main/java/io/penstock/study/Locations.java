package io.penstock.study;

import io.penstock.setting.InvalidSettingException;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Checks of places that Flink writes to. */
final class Locations {
    private Locations() {}

    /** Requires a URI or path that Flink can make sense of, or none at all. */
    static void check(String key, @Nullable String location) {
        if (location == null) {
            return;
        }
        try {
            new Path(location);
        } catch (IllegalArgumentException e) {
            throw new InvalidSettingException(
                    key, '"' + location + '"', "a URI or a path, such as s3://bucket/models");
        }
    }
}
