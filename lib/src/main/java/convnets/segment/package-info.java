/**
 * Networks that give each pixel its class: fully convolutional ones, U-Net, atrous pyramids, on any
 * backbone; their losses and metrics, masks, and instances.
 *
 * <p>All of them map (N, channels, H, W) to logits (N, classes, H, W), of images of any size, the
 * first class being the background.
 */
package convnets.segment;
