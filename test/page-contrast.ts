/** Lists text elements whose colour and background are closer than 4.5 : 1. Runs in the page. */
export const contrastProgram = `(() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number)
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor)
      if (colour.length === 3 || colour[3] === 1) return colour
    }
    return [255, 255, 255]
  }
  const poor = []
  for (const element of document.querySelectorAll('h1,h2,h3,p,li,span,dt,dd,td,th,caption,figcaption,strong,code,a,label,legend,summary,.pill,svg text')) {
    const style = getComputedStyle(element)
    const [a, b] = [light(parse(element.tagName === 'text' ? style.fill : style.color)), light(ground(element))].sort((x, y) => y - x)
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(element.tagName + ' ' + element.textContent.slice(0, 30))
  }
  return poor
})()`
