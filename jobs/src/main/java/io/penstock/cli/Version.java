package io.penstock.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version that Maven writes into the jar. */
final class Version implements IVersionProvider {
    private static final String POM = "/META-INF/maven/io.penstock/penstock-jobs/pom.properties";

    @Override
    public String[] getVersion() throws IOException {
        return new String[] {
            "penstock " + ofJar() + " (Java " + Runtime.version().toString() + ")"
        };
    }

    private static String ofJar() throws IOException {
        try (InputStream in = Version.class.getResourceAsStream(POM)) {
            if (in == null) {
                return "from class files";
            }
            Properties pom = new Properties();
            pom.load(in);
            return pom.getProperty("version", "of an unnamed version");
        }
    }
}
