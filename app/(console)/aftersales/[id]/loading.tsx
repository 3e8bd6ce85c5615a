export { SkeletonRecord as default } from "#components/ui/skeleton";
