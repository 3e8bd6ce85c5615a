export { default } from "../../forbidden";
