package io.penstock.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HumanTest {
    @Test
    void writesNumbersWithFourDigits() {
        assertThat(Human.number(0.0312345)).isEqualTo("0.03123");
        assertThat(Human.number(24.8291)).isEqualTo("24.83");
        assertThat(Human.number(-1234567.0)).isEqualTo("-1,234,567");
        assertThat(Human.number(0.0)).isEqualTo("0");
        assertThat(Human.number(1.5e-7)).isEqualTo("1.5e-7");
        assertThat(Human.number(-2.5e12)).isEqualTo("-2.5e12");
        assertThat(Human.number(Double.NaN)).isEqualTo("not a number");
        assertThat(Human.number(null)).isEqualTo("not known");
    }

    @Test
    void writesDurationsInTheirTwoLargestUnits() {
        assertThat(Human.duration(9.87)).isEqualTo("9.9 s");
        assertThat(Human.duration(59.98)).isEqualTo("1 min 00 s");
        assertThat(Human.duration(3599.7)).isEqualTo("1 h 00 min");
        assertThat(Human.duration(90_061.0)).isEqualTo("25 h 01 min");
        assertThat(Human.duration(null)).isEqualTo("not known");
    }

    @Test
    void writesBytesInBinaryUnits() {
        assertThat(Human.bytes(0L)).isEqualTo("0 B");
        assertThat(Human.bytes(1023L)).isEqualTo("1023 B");
        assertThat(Human.bytes(1536L)).isEqualTo("1.5 KiB");
        assertThat(Human.bytes(8L << 40)).isEqualTo("8.0 TiB");
    }

    @Test
    void writesPartsInPercent() {
        assertThat(Human.percent(0.0345)).isEqualTo("3.5 %");
        assertThat(Human.percent(1.0)).isEqualTo("100.0 %");
        assertThat(Human.percent(null)).isEqualTo("not known");
    }

    @Test
    void putsTicksAtRoundNumbers() {
        assertThat(Ticks.between(0, 99, 5).labels()).containsExactly("0", "20", "40", "60", "80");
        assertThat(Ticks.between(-0.4, 0.4, 4).labels())
                .containsExactly("-0.4", "-0.2", "0.0", "0.2", "0.4");
        assertThat(Ticks.between(-1e-6, 1e-6, 2).labels()).containsExactly("-1e-6", "0", "1e-6");
        assertThat(Ticks.between(149.3, 450.7, 4).values()).containsExactly(200.0, 300.0, 400.0);
    }
}
