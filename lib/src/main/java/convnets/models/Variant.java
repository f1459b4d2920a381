package convnets.models;

import java.util.function.Supplier;

/**
 * A network that a family builds, under its name in the catalogue.
 *
 * @param name of the network, as in {@code catalogue.tsv}
 * @param design the network on paper, with its published number of classes
 */
record Variant(String name, Supplier<? extends Design<?>> design) {}
