package io.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextTableTest {
    @Test
    void numbersAreToTheRightAndWordsToTheLeft() {
        TextTable table = new TextTable("name", "count", "loss", "note");
        table.row("a", 1, "1.5e-04", "");
        table.row("longer", "12,345", "-", "x y");

        assertThat(table.lines())
                .containsExactly(
                        "name     count     loss  note",
                        "a            1  1.5e-04",
                        "longer  12,345        -  x y");
    }

    @Test
    void rowHasACellForEachColumn() {
        assertThatThrownBy(() -> new TextTable("a", "b").row("only"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("1 cells for 2 columns");
    }
}
