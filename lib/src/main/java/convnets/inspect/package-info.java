/** What a network is and does, layer by layer: sizes, costs, fields of view, numbers, gradients. */
package convnets.inspect;
