/**
 * What DJL's API lacks of PyTorch: the ground floor.
 *
 * <p>Native operators and their gradients come from small TorchScript archives: {@link
 * convnets.torch.TorchOps} for networks and losses, {@link convnets.torch.NormOps} for what
 * normalises and {@link convnets.torch.SpatialOps} for what moves pixels in them, {@link
 * convnets.torch.FusedOps} for networks prepared for use, {@link convnets.torch.ParameterOps} for
 * lists of parameters and their gradients, {@link convnets.torch.ImageOps} for batches of images,
 * {@link convnets.torch.DetectOps} and {@link convnets.torch.RoiOps} for boxes and what is in them,
 * {@link convnets.torch.OneDnn} for what PyTorch has on some processors only. {@link
 * convnets.torch.GradMode} says whether operations are recorded, {@link
 * convnets.torch.MemoryLayout} how images lie in memory.
 */
package convnets.torch;
