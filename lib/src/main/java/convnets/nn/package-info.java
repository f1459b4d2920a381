/**
 * Layers and the combinators that join them.
 *
 * <p>A block is written in the order the data flows, with functions: {@link convnets.nn.Layers}
 * makes layers, {@link convnets.nn.Combinators} joins them in series and in parallel. Where that
 * does not suffice, a subclass of {@link convnets.nn.Unit} writes one {@code forward}, and running,
 * initialising, naming and shape inference are derived from it. A {@link convnets.nn.Backbone}
 * gives the feature maps of a network.
 */
package convnets.nn;
