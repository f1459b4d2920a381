/**
 * Figures and plots, in one readable style. Builders return an XChart chart or an image and never
 * display anything.
 */
package convnets.viz;
