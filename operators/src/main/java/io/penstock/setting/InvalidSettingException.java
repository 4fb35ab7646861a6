package io.penstock.setting;

/**
 * A setting has a value that is not allowed. Carries the key relative to the record that checked
 * it, so that whoever read the record from a file can name the file, the line and the whole key.
 */
public final class InvalidSettingException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;
    private final String allowed;

    /**
     * @param key key of the setting in kebab case, relative to its record, such as {@code capacity}
     * @param value the value found
     * @param allowed what is allowed, as the end of the sentence "allowed: …"
     */
    public InvalidSettingException(String key, Object value, String allowed) {
        super(key + ": " + value + " is not allowed; allowed: " + allowed);
        this.key = key;
        this.value = String.valueOf(value);
        this.allowed = allowed;
    }

    /** Key of the setting, relative to its record. */
    public String key() {
        return key;
    }

    /** The value found. */
    public String value() {
        return value;
    }

    /** What is allowed. */
    public String allowed() {
        return allowed;
    }
}
